/**
 * The settings of the embedded server. They are passed on its command line, so that data of an older gateway gets them too.
 * Durability (fsync, synchronous_commit, full_page_writes) stays on. The values suit a machine with two cores that
 * PostgreSQL shares with the gateway.
 */
export function serverSettings(port: number): string[] {
  const settings: Record<string, string | number> = {
    // Only this machine, and no socket file, because its path could be too long in a deep data folder.
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    // Enough for the pools of the gateway and its commands. More would only queue for the two cores.
    max_connections: 60,
    // The levels and the newest part of the ledger stay in memory.
    shared_buffers: '256MB',
    // Most WAL of an append-only ledger is full pages after a checkpoint. Fewer checkpoints and compressed pages cost a
    // little CPU and, after a crash, some seconds of recovery.
    wal_compression: 'pglz',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // The gateway uses UTC everywhere, whatever the time zone of the machine.
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements contain customer data, which must not be logged.
    log_min_error_statement: 'panic',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
