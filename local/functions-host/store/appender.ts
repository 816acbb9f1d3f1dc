interface Waiting {
  line: string;
  resolve: () => void;
  reject: (reason: Error) => void;
}

/**
 * Writes lines in order, those that wait together at once. After a failure nothing is accepted any more, because the
 * order would have a hole.
 *
 * @param write resolves when the text is as safe as it can be
 */
export function createAppender(file: string, write: (text: string) => Promise<void>) {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let failure: Error | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (failure !== undefined) throw failure;
        await write(batch.map(({ line }) => `${line}\n`).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        failure ??= new Error(`${file} could not be written. Free some space or check its permissions, then restart.`, {
          cause: error,
        });
        for (const { reject } of batch) reject(failure);
      }
    }
    writing = undefined;
  }

  /** Resolves when the line is written; without a line, closes and waits for what is under way. */
  return (line: string | undefined): Promise<void> => {
    if (line === undefined) {
      closed = true;
      return writing ?? Promise.resolve();
    }
    if (closed) return Promise.reject(new Error(`${file} is closed: the host has stopped.`));
    return new Promise((resolve, reject) => {
      waiting.push({ line, resolve, reject });
      writing ??= drain();
    });
  };
}
