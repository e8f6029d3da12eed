/**
 * A model of Lambda's event source mapping that is worse than Lambda: batches of any size, redelivered after a failure, in halves, in
 * another order, twice, and old ones next to new ones.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Simulation } from './simulation.ts';

export type BatchFault = 'duplicated' | 'reordered' | 'bisected' | 'replayed';

export interface EventSourceOptions {
  simulation: Simulation;
  /** Runs the broadcaster; rejects when it fails. */
  deliver: (records: DynamoDBRecord[]) => Promise<unknown>;
  faults: () => readonly BatchFault[];
}

const RETRIES = 10;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 10_000;

export class EventSource {
  readonly #options: EventSourceOptions;
  #records: DynamoDBRecord[] = [];
  #running = false;
  #sequence = 0;
  readonly #delivered: DynamoDBRecord[][] = [];
  invocations = 0;
  givenUp = 0;

  constructor(options: EventSourceOptions) {
    this.#options = options;
  }

  /** An item that passes the mapping's filter has changed. */
  changed(id: string): void {
    this.#sequence++;
    this.#records.push({
      eventID: `record-${this.#sequence}`,
      eventName: 'MODIFY',
      eventSource: 'aws:dynamodb',
      dynamodb: { Keys: { id: { S: id } }, SequenceNumber: String(this.#sequence) },
    });
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  get idle(): boolean {
    return !this.#running;
  }

  async #run(): Promise<void> {
    const { simulation, faults } = this.#options;
    const { random } = simulation;
    while (this.#records.length > 0) {
      await simulation.call(() => {});
      const kinds = faults();
      const chosen = (kind: BatchFault) => kinds.includes(kind) && random.happens(0.5);
      const batch = this.#records.splice(0, 1 + random.below(this.#records.length));
      if (chosen('replayed') && this.#delivered.length > 0)
        void this.#attempt(random.pick(this.#delivered)).catch(() => {});
      let records = chosen('duplicated') ? [...batch, ...batch] : batch;
      if (chosen('reordered')) records = random.shuffle(records);
      const middle = random.below(records.length + 1);
      const parts = chosen('bisected') ? [records.slice(0, middle), records.slice(middle)] : [records];
      for (const part of parts) if (part.length > 0) await this.#insist(part);
      this.#delivered.push(batch);
    }
    this.#running = false;
  }

  async #insist(records: DynamoDBRecord[]): Promise<void> {
    const { simulation } = this.#options;
    for (let attempt = 0; attempt <= RETRIES; attempt++) {
      try {
        return await this.#attempt(records);
      } catch {
        await simulation.sleep(Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt));
      }
    }
    this.givenUp++;
  }

  async #attempt(records: DynamoDBRecord[]): Promise<void> {
    this.invocations++;
    await this.#options.deliver(records);
  }
}
