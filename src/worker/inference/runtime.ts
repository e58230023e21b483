// Loads onnxruntime-node into this process, and names the providers a network can run on.

export type Runtime = typeof import('onnxruntime-node')

export const providerNames = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const
export type ProviderName = (typeof providerNames)[number]

/**
 * onnxruntime 1.30 on Node 24 takes a Float16Array for float16 tensors and then fails with "not enough space"; without that
 * global it takes Uint16Array, which works. So the global goes before the first tensor: only inference processes may call this.
 */
export async function loadRuntime(): Promise<Runtime> {
  Reflect.deleteProperty(globalThis, 'Float16Array')
  const runtime = await import('onnxruntime-node')
  // A provider that cannot be loaded is thrown and recorded; printed as well, it would look like a second failure. Taken up
  // by the runtime with the first session only.
  runtime.env.logLevel = 'fatal'
  return runtime
}

/** One line out of what the runtime throws: without colours, source places and trailing stops. */
export function reasonFromRuntime(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the runtime colours its messages
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/^no available backend found\. ERR: /, '')
    .replace(
      /^OrtSessionOptionsAppendExecutionProvider_\w+: Failed to load shared library/,
      'its libraries are not installed, or cannot be loaded',
    )
    // A failed check of the runtime's own source: place, signature, condition; the sentence comes after them.
    .replace(/^\S+\.(cc|h):\d+ .*? was false\.\s*/s, '')
  const line = plain
    .split('\n')
    .map((part) => part.trim())
    .find((part) => part !== '')
  return (line ?? 'no reason given').replace(/[.\s]+$/, '').slice(0, 300)
}
