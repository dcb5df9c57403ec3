const WIDTH = 30;

export type Progress = {
  /** Shows the progress; `done` is from 0 to 1. */
  show: (done: number, text: string) => void;
  /** Ends the line of the progress bar. */
  end: () => void;
};

/** Creates a progress bar. In a terminal it is redrawn on its line; elsewhere it prints a line for every 10 %. */
export function progressOn(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): Progress {
  let tenths = 0;
  let open = false;
  return {
    show: (done, text) => {
      const percent = `${String(Math.floor(done * 100)).padStart(3)} %`;
      if (stream.isTTY) {
        const filled = Math.round(done * WIDTH);
        stream.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent}  ${text}\x1b[K`);
        open = true;
      } else if (Math.floor(done * 10) > tenths) {
        tenths = Math.floor(done * 10);
        stream.write(`${percent}  ${text}\n`);
      }
    },
    end: () => {
      if (open) stream.write('\n');
      open = false;
    },
  };
}
