/**
 * The settings of the embedded server, given on its command line, so that data of an older gateway gets them too.
 * Durability (fsync, synchronous_commit, full_page_writes) stays as PostgreSQL has it: on. Meant for a machine with two
 * cores that the gateway shares.
 */
export function serverSettings(port: number): string[] {
  const settings: Record<string, string | number> = {
    // Nobody but this machine, and no socket file, whose path could be too long for a deep data folder.
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    // Pools of the gateway and of its commands. More than this would only queue for the two cores.
    max_connections: 60,
    // The levels and the young end of the ledger stay in memory.
    shared_buffers: '256MB',
    // Whole pages after each checkpoint are most of the log that an append-only ledger writes: fewer checkpoints and
    // compressed pages cost a little CPU and, after a crash, some seconds of recovery.
    wal_compression: 'pglz',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // The gateway speaks UTC everywhere; the time zone of the machine must not show.
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements carry the data of customers, which doesn't belong into a log.
    log_min_error_statement: 'panic',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
