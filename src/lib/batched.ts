/**
 * Answers questions in batches: those that come while a batch is answered wait for the next one. No answer is therefore from
 * before its question, and however many ask, one batch runs at a time.
 */
export function batched<Question, Answer>(
  answer: (questions: Question[]) => Promise<Answer[]>,
): (question: Question) => Promise<Answer> {
  type Waiting = { question: Question; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const answers = await answer(batch.map(({ question }) => question));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const own = answers[index];
          if (own === undefined) reject(new Error('A question was left without an answer.'));
          else resolve(own);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (!running) void run();
    });
}
