/** The child's end of a {@link Worker}: answers its parent's calls, one after the other or many at once. */

export interface Call {
  id: number;
  name: string;
  input: unknown;
}

export interface Answer {
  id: number;
  output?: unknown;
  error?: string;
}

// oxlint-disable-next-line no-explicit-any -- each handler names its own input; the parent is typed by `typeof handlers`
export type Handlers = Record<string, (input: any) => unknown>;

/** Serves until the parent closes the channel or ends. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', (message) => void answer(message as Call));
  process.on('disconnect', () => process.exit(0));
  process.send!({ id: 0 } satisfies Answer);

  async function answer({ id, name, input }: Call): Promise<void> {
    try {
      const output = await handlers[name]!(input);
      process.send!({ id, output } satisfies Answer);
    } catch (error) {
      process.send!({ id, error: (error as Error).stack ?? String(error) } satisfies Answer);
    }
  }
}
