// The layer law as data: who may import whom, which packages, and the exceptions with their reason.
// Read by configs/dependency-cruiser.mjs, which turns each missing right into a failing lint rule.

/** Each room: `rooms` it may import, `packages` it may use ('node' = node: built-ins), and optionally narrower rights. */
export const rooms = {
  core: { rooms: [], packages: ['zod'] },
  api: { rooms: ['core'], packages: ['zod', '@orpc/contract', '@orpc/client', '@orpc/server'] },
  engine: {
    rooms: ['core', 'api'],
    packages: ['node', 'tar-stream', 'sharp', 'pidusage', 'write-file-atomic', 'yaml', 'zod', '@orpc/server'],
  },
  worker: { rooms: ['core', 'api'], packages: ['node', 'sharp', 'onnxruntime-node', 'zod'] },
  renderer: {
    rooms: ['core', 'api'],
    packages: [
      'react',
      'react-dom',
      'zustand',
      '@tanstack/react-query',
      '@tanstack/react-virtual',
      'three',
      'radix-ui',
      'lucide-react',
      'cmdk',
      'react-hook-form',
      '@hookform/resolvers',
      'uplot',
      'mediabunny',
      'clsx',
      'tailwind-merge',
      'class-variance-authority',
      'zod',
      '@orpc/tanstack-query',
      'tailwindcss',
    ],
  },
  preload: { rooms: ['api'], packages: ['electron'] },
  main: { rooms: ['core', 'api', 'engine', 'worker'], packages: ['electron', 'node', 'zod'] },
  headless: {
    rooms: ['core', 'api', 'engine', 'worker'],
    packages: ['node', 'commander', 'hono', '@hono/node-server', 'ws', 'sharp', 'yaml', 'zod'],
  },
}

/** Rights that only some files of a room have: [what, the only files that may, why]. */
export const narrow = [
  {
    to: '^src/engine/',
    from: '^src/main/',
    only: '^src/main/engine-entry\\.ts$',
    via: '^src/engine/engine\\.ts$',
    why: 'the desktop host knows the engine by its one door',
  },
  {
    to: '^src/engine/',
    from: '^src/headless/',
    only: '^src/headless/',
    via: '^src/engine/engine\\.ts$',
    why: 'the headless host knows the engine by its one door',
  },
  {
    to: '^src/worker/',
    from: '^src/(main|headless)/',
    only: '^src/(main|headless)/(worker|track)-entry\\.ts$',
    via: '^src/worker/(worker|track-prompt)\\.ts$',
    why: 'only entries that become a process of their own know the worker',
  },
  {
    to: 'node_modules/onnxruntime-node',
    from: '^src/',
    only: '^src/worker/inference/',
    why: 'a driver crash must not take the runs along',
  },
  {
    to: 'node_modules/electron/',
    from: '^src/',
    only: '^src/(main|preload)/index\\.ts$',
    values: true,
    why: 'all other files are given what they use of it, so they run under plain Node; its types are free',
  },
  { to: 'node_modules/tar-stream', from: '^src/', only: '^src/engine/archive/', why: 'one place knows how archives are written' },
  { to: 'node_modules/three', from: '^src/renderer/', only: '^src/renderer/(space|frame)/', why: 'only drawing rooms draw' },
]

/** Folders inside a room, from the ground up: a folder may import those before it, never those after it. */
export const floors = {
  core: [
    ['base'],
    ['mask', 'scene'],
    ['segment', 'archive', 'metric', 'pipeline', 'run', 'config', 'schedule', 'registry', 'foreign', 'model'],
    ['my3dis', 'export', 'compare'],
  ],
  renderer: [['ui', 'host'], ['state'], ['frame', 'space'], ['pages']],
}

/** Folders whose children never import each other. */
export const strangers = ['src/worker/stages']

/** Exceptions: { from, to, reason, since }. Empty is the goal. */
export const exceptions = []
