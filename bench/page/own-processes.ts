// The processes that this one started, however far down: a machine has browsers of others too.
import { readdir, readFile } from 'node:fs/promises'

/** Words of the command line, by number of the process. */
export async function ownProcesses(): Promise<ReadonlyMap<number, string>> {
  const parents = new Map<number, number>()
  for (const name of (await readdir('/proc')).filter((one) => /^\d+$/.test(one))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    if (stat !== '') parents.set(Number(name), Number(statWords(stat)[1]))
  }
  const isOwn = (pid: number): boolean => pid === process.pid || (parents.has(pid) && isOwn(parents.get(pid)!))
  const own = [...parents.keys()].filter((pid) => pid !== process.pid && isOwn(pid))
  const words = await Promise.all(own.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return new Map(own.map((pid, i) => [pid, words[i]!]))
}

/** What the kernel tells of a process from its state on; the name before may hold anything. */
export const statWords = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')
