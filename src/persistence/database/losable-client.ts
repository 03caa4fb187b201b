import { Client, type ClientConfig } from 'pg';

/**
 * A connection whose loss does not end the process: an error without a listener would. Whoever uses it learns of the loss
 * from the next query. A pool does not listen to a connection that it has handed out, and TypeORM begins a little later,
 * which is too late for an error in the same packet as the server's welcome.
 */
export class LosableClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
