import type { Language } from './phrases/phrases.js';

/**
 * Names that go together. A name in another script is followed by a bar and its Latin spelling, for email addresses.
 */
export type Culture = { language: Language; familyFirst?: true; given: string[]; family: string[] };

const words = (text: string) => text.split(' ');

export const cultures: Culture[] = [
  {
    language: 'en',
    given: words('Olivia James Grace Oliver Hannah Thomas Emily Daniel Sophie Marcus'),
    family: words('Whitfield Carter Hughes Bennett Marsh Fletcher Coleman Doyle Prescott Lindley'),
  },
  {
    language: 'en',
    given: words('Mia Ethan Ava Jordan Chloe Tyler Naomi Caleb Ruby Dylan'),
    family: words('Anderson Brooks Sullivan Reyes Parker Dawson Mitchell Hayes Ellison Ward'),
  },
  {
    language: 'de',
    given: words('Anna Jürgen Lena Matthias Jana Felix Sabine Jörg Katrin Moritz'),
    family: words('Schäfer Vogel Hartmann Böhm Krüger Lindner Möller Seidel Winkler Straßer'),
  },
  {
    language: 'fr',
    given: words('Élodie Julien Camille Mathieu Amélie Hugo Chloé Lucas Manon Étienne'),
    family: words('Lefèvre Moreau Girard Rousseau Blanchard Fontaine Mercier Besson Chevalier Noël'),
  },
  {
    language: 'es',
    given: words('Lucía Diego Carmen Álvaro Sofía Javier Elena Andrés Inés Raúl'),
    family: words('Navarro Muñoz Castillo Ibáñez Rivas Peña Cordero Vidal Salazar Quiroga'),
  },
  {
    language: 'pt',
    given: words('Beatriz Thiago Larissa João Mariana Rafael Letícia Caio Fernanda Vinícius'),
    family: words('Almeida Teixeira Barros Carvalho Araújo Moreira Gonçalves Freitas Nogueira Brandão'),
  },
  {
    language: 'it',
    given: words('Giulia Lorenzo Chiara Davide Martina Alessandro Federica Niccolò Elisa Simone'),
    family: words('Ferrari Marchetti Gallo Bianchi Fontana Rinaldi Caruso Pellegrini Santoro Vitale'),
  },
  {
    language: 'pl',
    given: words('Agnieszka Paweł Zofia Tomasz Małgorzata Krzysztof Ewa Michał Joanna Łukasz'),
    family: words('Wiśniewska Kamiński Zając Dąbrowska Wójcik Mazur Krawczyk Piątek Górski Sikora'),
  },
  {
    language: 'tr',
    given: words('Ayşe Mehmet Elif Emre Zeynep Burak Selin Kerem İrem Çağlar'),
    family: words('Yıldız Demir Şahin Öztürk Aydın Koç Güneş Arslan Çelik Polat'),
  },
  {
    language: 'ja',
    familyFirst: true,
    given: words(
      '健|ken 美咲|misaki 大輔|daisuke 結衣|yui 翔太|shota 陽子|yoko 直樹|naoki 彩|aya 拓也|takuya 千夏|chinatsu',
    ),
    family: words(
      '佐藤|sato 鈴木|suzuki 高橋|takahashi 田中|tanaka 渡辺|watanabe 小林|kobayashi 加藤|kato 吉田|yoshida 山本|yamamoto 森|mori',
    ),
  },
  {
    language: 'en',
    given: words('Chioma Tunde Ngozi Emeka Folake Obinna Amara Kunle Ifeoma Segun'),
    family: words('Okafor Adeyemi Eze Balogun Nwosu Ogunleye Ibekwe Danjuma Afolabi Onyeka'),
  },
  {
    language: 'en',
    given: words('Wanjiru Otieno Akinyi Kamau Nyambura Kiprop Achieng Mwangi Wambui Barasa'),
    family: words('Njoroge Odhiambo Kariuki Wekesa Mutua Chebet Kimani Omondi Nderitu Maina'),
  },
  {
    language: 'en',
    given: words('Ananya Arjun Priya Rohan Kavya Vikram Meera Aditya Divya Sanjay'),
    family: words('Iyer Sharma Banerjee Reddy Kulkarni Menon Chopra Desai Bhatt Pillai'),
  },
  {
    language: 'en',
    given: words('Thảo Minh Linh Quân Hương Đức Mai Tuấn Ngọc Hải'),
    family: words('Nguyễn Trần Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Lý'),
  },
  {
    language: 'en',
    familyFirst: true,
    given: words('伟|wei 芳|fang 娜|na 磊|lei 静|jing 敏|min 强|qiang 洋|yang 艳|yan 杰|jie'),
    family: words('王|wang 李|li 张|zhang 刘|liu 陈|chen 杨|yang 赵|zhao 黄|huang 周|zhou 吴|wu'),
  },
  {
    language: 'en',
    given: words(
      'ليلى|layla عمر|omar نور|nour يوسف|youssef مريم|maryam كريم|karim سارة|sara خالد|khaled هدى|huda سامي|sami',
    ),
    family: words(
      'حداد|haddad النجار|najjar خوري|khoury منصور|mansour سعيد|saeed الشامي|shami درويش|darwish فارس|fares قاسم|qasim عزام|azzam',
    ),
  },
];

/** A name as it is displayed, and as it appears in an email address. */
export function spellings(name: string): { shown: string; latin: string } {
  const [shown = name, latin = shown] = name.split('|');
  return {
    shown,
    latin: latin
      .replaceAll('ß', 'ss')
      .replaceAll('ł', 'l')
      .replaceAll('Ł', 'l')
      .replaceAll('đ', 'd')
      .replaceAll('Đ', 'd')
      .replaceAll('ı', 'i')
      .normalize('NFD')
      .replaceAll(/[^a-z]/gi, '')
      .toLowerCase(),
  };
}
