/** A model's process sees no secret: neither the admin token nor anything else of ours. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'LANG', 'TZ'];
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]));
}
