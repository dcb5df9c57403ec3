import type { Language, Phrases } from './phrases.js';

export const otherLanguages: Record<Exclude<Language, 'en'>, Phrases> = {
  de: {
    topics: [
      {
        tag: 'delivery',
        subject: 'Wo bleibt mein Paket?',
        openers: ['Guten Tag, {order} sollte schon am Montag in {city} sein.'],
      },
      {
        tag: 'returns',
        subject: 'Rücksendung',
        openers: ['Ich möchte den Artikel {product} zurückgeben, wie geht das?'],
      },
      { tag: 'billing', subject: 'Rechnung fehlt', openers: ['Für {order} habe ich noch keine Rechnung bekommen.'] },
    ],
    customer: [
      'Die Nummer ist {order}.',
      'Das habe ich schon versucht.',
      'Wie lange dauert das ungefähr?',
      'Gut, dann warte ich.',
    ],
    thanks: ['Wunderbar, vielen Dank!', 'Danke für die schnelle Hilfe.'],
    bot: ['Hallo {name}! Worum geht es?', 'Bitte nennen Sie mir die Bestellnummer.', 'Einen Moment, ich sehe nach.'],
    greeting: [
      'Guten Tag {name}, hier ist {agent}. Ich kümmere mich darum.',
      'Hallo {name}, {agent} vom Kundendienst.',
    ],
    agent: [
      'Das Paket liegt im Depot in {city} und kommt morgen.',
      'Ich habe Ihnen eben ein Etikett geschickt.',
      'Könnten Sie mir ein Foto davon schicken?',
      'Die Erstattung für {order} ist veranlasst.',
    ],
    closing: [
      'Gern geschehen, {name}. Einen schönen Tag noch!',
      'Dann schließe ich das hier. Schreiben Sie gern wieder.',
    ],
  },
  fr: {
    topics: [
      {
        tag: 'delivery',
        subject: 'Colis en retard',
        openers: ['Bonjour, ma commande {order} n’est toujours pas arrivée à {city}.'],
      },
      {
        tag: 'damaged',
        subject: 'Article abîmé',
        openers: ['Le produit {product} est arrivé cassé, que dois-je faire ?'],
      },
      { tag: 'refund', subject: 'Remboursement', openers: ['Quand vais-je recevoir le remboursement de {order} ?'] },
    ],
    customer: [
      'Le numéro est {order}.',
      'J’ai déjà essayé, sans succès.',
      'Cela prendra combien de temps ?',
      'D’accord, j’attends.',
    ],
    thanks: ['Parfait, merci beaucoup !', 'Merci pour votre aide, {agent}.'],
    bot: [
      'Bonjour {name} ! Comment puis-je vous aider ?',
      'Quel est le numéro de commande ?',
      'Un instant, je regarde.',
    ],
    greeting: [
      'Bonjour {name}, je suis {agent} et je reprends votre dossier.',
      'Bonjour {name}, {agent} à votre écoute.',
    ],
    agent: [
      'Le transporteur annonce une livraison demain à {city}.',
      'Pourriez-vous m’envoyer une photo ?',
      'Je vous ai envoyé une étiquette de retour par e-mail.',
      'Le remboursement de {order} est parti ce matin.',
    ],
    closing: ['Avec plaisir, {name}. Bonne journée !', 'Je ferme cette demande, écrivez-nous quand vous voulez.'],
  },
  es: {
    topics: [
      {
        tag: 'delivery',
        subject: '¿Dónde está mi pedido?',
        openers: ['Hola, el pedido {order} no ha llegado a {city} todavía.'],
      },
      { tag: 'product', subject: 'Duda sobre un producto', openers: ['¿Tienen disponible {product} en otro color?'] },
      { tag: 'account', subject: 'No puedo entrar', openers: ['No me llega el correo para cambiar la contraseña.'] },
    ],
    customer: [
      'El número es {order}.',
      'Ya lo intenté dos veces.',
      '¿Cuánto tardará más o menos?',
      'Vale, espero su mensaje.',
    ],
    thanks: ['¡Perfecto, muchas gracias!', 'Gracias por la ayuda, {agent}.'],
    bot: ['¡Hola {name}! ¿En qué puedo ayudarte?', '¿Me das el número de pedido?', 'Un momento, lo estoy mirando.'],
    greeting: ['Hola {name}, soy {agent} y me ocupo de tu caso.', 'Buenos días {name}, te escribe {agent}.'],
    agent: [
      'El paquete está en {city} y sale mañana a primera hora.',
      '¿Podrías enviarme una foto?',
      'Te acabo de mandar la etiqueta por correo.',
      'El reembolso de {order} ya está hecho.',
    ],
    closing: ['¡De nada, {name}! Que tengas un buen día.', 'Cierro la consulta; si necesitas algo, escríbenos.'],
  },
  pt: {
    topics: [
      { tag: 'delivery', subject: 'Pedido atrasado', openers: ['Olá, o pedido {order} ainda não chegou em {city}.'] },
      {
        tag: 'warranty',
        subject: 'Parou de funcionar',
        openers: ['Meu produto {product} não liga mais. Ainda está na garantia?'],
      },
      { tag: 'billing', subject: 'Cobrança em dobro', openers: ['Fui cobrado duas vezes pelo pedido {order}.'] },
    ],
    customer: ['O número é {order}.', 'Já tentei isso.', 'Quanto tempo demora?', 'Tudo bem, vou aguardar.'],
    thanks: ['Ótimo, muito obrigado!', 'Obrigada pela ajuda, {agent}.'],
    bot: ['Olá {name}! Como posso ajudar?', 'Pode me dizer o número do pedido?', 'Só um momento, vou verificar.'],
    greeting: ['Olá {name}, aqui é {agent}. Vou cuidar disso.', 'Bom dia {name}, sou {agent}, do atendimento.'],
    agent: [
      'A transportadora entrega amanhã em {city}.',
      'Pode enviar uma foto, por favor?',
      'Acabei de enviar a etiqueta por e-mail.',
      'O estorno do pedido {order} já foi feito.',
    ],
    closing: ['Por nada, {name}. Tenha um ótimo dia!', 'Vou encerrar por aqui; é só chamar se precisar.'],
  },
  it: {
    topics: [
      {
        tag: 'delivery',
        subject: 'Ordine in ritardo',
        openers: ['Buongiorno, l’ordine {order} non è ancora arrivato a {city}.'],
      },
      { tag: 'returns', subject: 'Reso', openers: ['Vorrei restituire l’articolo {product}. Come faccio?'] },
      {
        tag: 'billing',
        subject: 'Fattura',
        openers: ['Mi serve la fattura dell’ordine {order} intestata all’azienda.'],
      },
    ],
    customer: ['Il numero è {order}.', 'Ho già provato.', 'Quanto ci vuole?', 'Va bene, aspetto.'],
    thanks: ['Perfetto, grazie mille!', 'Grazie per l’aiuto, {agent}.'],
    bot: ['Ciao {name}! Come posso aiutarti?', 'Mi dici il numero dell’ordine?', 'Un attimo, controllo subito.'],
    greeting: ['Ciao {name}, sono {agent} e me ne occupo io.', 'Buongiorno {name}, qui è {agent}.'],
    agent: [
      'Il pacco è a {city} e sarà consegnato domani.',
      'Potresti mandarmi una foto?',
      'Ti ho appena inviato l’etichetta per il reso.',
      'Il rimborso di {order} è partito oggi.',
    ],
    closing: ['Di nulla, {name}. Buona giornata!', 'Chiudo la richiesta, scrivici quando vuoi.'],
  },
  pl: {
    topics: [
      {
        tag: 'delivery',
        subject: 'Gdzie jest moja paczka?',
        openers: ['Dzień dobry, zamówienie {order} nie dotarło jeszcze na adres: {city}.'],
      },
      {
        tag: 'damaged',
        subject: 'Uszkodzony towar',
        openers: ['Produkt {product} przyszedł pęknięty. Co mam zrobić?'],
      },
      { tag: 'refund', subject: 'Zwrot pieniędzy', openers: ['Kiedy dostanę zwrot za {order}?'] },
    ],
    customer: ['Numer to {order}.', 'Już tego próbowałem.', 'Ile to potrwa?', 'Dobrze, poczekam.'],
    thanks: ['Świetnie, bardzo dziękuję!', 'Dziękuję za szybką pomoc.'],
    bot: ['Cześć {name}! W czym mogę pomóc?', 'Proszę podać numer zamówienia.', 'Chwileczkę, sprawdzam.'],
    greeting: ['Dzień dobry {name}, tu {agent}. Zajmę się tą sprawą.', 'Cześć {name}, pisze {agent} z działu obsługi.'],
    agent: [
      'Kurier dostarczy przesyłkę jutro: {city}.',
      'Czy mogę prosić o zdjęcie?',
      'Etykietę zwrotną wysłałam e-mailem.',
      'Zwrot za {order} został zlecony.',
    ],
    closing: ['Nie ma za co, {name}. Miłego dnia!', 'Zamykam zgłoszenie, w razie czego proszę pisać.'],
  },
  tr: {
    topics: [
      {
        tag: 'delivery',
        subject: 'Siparişim nerede?',
        openers: ['Merhaba, {order} numaralı sipariş hâlâ gelmedi. Adres: {city}.'],
      },
      { tag: 'returns', subject: 'İade', openers: ['{product} ürününü iade etmek istiyorum, nasıl yapabilirim?'] },
      { tag: 'account', subject: 'Giriş yapamıyorum', openers: ['Şifre yenileme e-postası bir türlü gelmiyor.'] },
    ],
    customer: ['Numara {order}.', 'Bunu denedim, olmadı.', 'Ne kadar sürer?', 'Tamam, bekliyorum.'],
    thanks: ['Harika, çok teşekkürler!', 'Yardımınız için teşekkür ederim.'],
    bot: ['Merhaba {name}! Nasıl yardımcı olabilirim?', 'Sipariş numaranızı yazar mısınız?', 'Bir saniye, bakıyorum.'],
    greeting: ['Merhaba {name}, ben {agent}. Konuyla ben ilgileniyorum.', 'İyi günler {name}, {agent} yazıyor.'],
    agent: [
      'Paketiniz yarın teslim edilecek. Şehir: {city}.',
      'Bir fotoğraf gönderebilir misiniz?',
      'İade etiketini e-posta ile gönderdim.',
      '{order} için ödeme iadesi yapıldı.',
    ],
    closing: ['Rica ederim {name}, iyi günler!', 'Konuyu kapatıyorum, ihtiyacınız olursa yazın.'],
  },
  ja: {
    topics: [
      { tag: 'delivery', subject: '荷物が届きません', openers: ['こんにちは。注文{order}がまだ届いていません。'] },
      { tag: 'damaged', subject: '商品の破損', openers: ['届いた商品（{product}）が壊れていました。'] },
      { tag: 'product', subject: '在庫について', openers: ['{product}はいつ入荷しますか。'] },
    ],
    customer: [
      '番号は{order}です。',
      'それはもう試しました。',
      'どのくらいかかりますか。',
      'わかりました。お待ちしています。',
    ],
    thanks: ['助かりました。ありがとうございます。', '解決しました。どうもありがとう。'],
    bot: [
      '{name}さん、こんにちは。ご用件をお聞かせください。',
      '注文番号を教えてください。',
      '少々お待ちください。確認します。',
    ],
    greeting: ['{name}様、担当の{agent}です。よろしくお願いします。', 'お待たせしました。{agent}と申します。'],
    agent: [
      '明日お届けの予定です。',
      '写真を送っていただけますか。',
      '返送用のラベルをメールでお送りしました。',
      '{order}の返金手続きが完了しました。',
    ],
    closing: ['ありがとうございました。またいつでもご連絡ください。', 'それではこの件を終了いたします。'],
  },
};
