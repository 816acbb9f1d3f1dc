// Loaded into a child before its own program. The channel to the parent closes however the parent ends.
process.once('disconnect', () => process.exit(1));
// To listen is no reason to stay: a child that has nothing left to do ends as ever.
process.channel?.unref();
