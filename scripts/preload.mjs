/**
 * Loaded into what the bootstrap starts, before anything else.
 *
 * A program does not outlive the bootstrap. Signals are passed on, but `kill -9` cannot be. When the bootstrap is gone
 * without a word, so is this process, at once: whoever kills like that means it, and Berth is made to be killed.
 */
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Waiting for the bootstrap is no reason to stay.
  process.channel.unref()
}
