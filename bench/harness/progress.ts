/** Tells on standard error what is going on, in place on a terminal. */
export type Progress = { show: (text: string) => void; line: (text: string) => void };

export function openProgress({ isTTY, write }: { isTTY: boolean; write: (text: string) => unknown }): Progress {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  `;
  return {
    show: (text) => {
      if (isTTY) write(`\r\u001b[K${seconds()}${text}`);
    },
    line: (text) => {
      write(`${isTTY ? '\r\u001b[K' : ''}${seconds()}${text}\n`);
    },
  };
}
