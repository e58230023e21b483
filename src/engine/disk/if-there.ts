// Tells what is not there from what cannot be read: only the first is an answer, the second is a failure.

/** Undefined when nothing stands at the path (ENOENT, ENOTDIR). Every other failure (EIO, EACCES, EMFILE, …) rejects as it came. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}
