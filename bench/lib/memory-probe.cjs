// Loaded into the gateway before itself: tells, when asked, how much memory is held once garbage is collected.
process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({ rss, heapUsed, external, arrayBuffers });
});
// Being asked must not keep the gateway from ending.
process.channel?.unref();
