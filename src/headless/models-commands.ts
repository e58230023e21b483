// The words of `models` on the command line, with their options.
import { type Command, InvalidArgumentError } from 'commander'
import { modelsAdd, modelsBench, modelsFetch, modelsList, modelsRemove, modelsTest, modelsVerify } from './commands/models.ts'
import type { ExitCode, Output } from './output.ts'

type Act = (code: Promise<ExitCode> | ExitCode) => Promise<void>

const json = ['--json', 'one JSON value on stdout'] as const
const named = ['--id <name>', 'name in the store'] as const

export function addModels(program: Command, output: Output, act: Act): void {
  const models = program.command('models').description('the models of this person: ONNX networks that stages can run')
  models
    .command('list')
    .description('models of the store, and files there that are none')
    .option('--known', 'known public models instead, and how to get them')
    .option(...json)
    .action((options) => act(modelsList(output, options.known === true, options.json === true)))
  models
    .command('add')
    .description('take the files of one model into the store')
    .argument('<file...>', 'ONNX files; weights beside them come along')
    .option(...named)
    .option('--link', 'link the files instead of copying them')
    .option('--licence <text>', 'when the file does not say')
    .option('--source <text>', 'where it is from')
    .option(...json)
    .action((files: string[], { id, link, licence, source, json: asJson }) =>
      act(modelsAdd(output, files, { id, link: link === true, licence, source }, asJson === true)),
    )
  models
    .command('fetch')
    .description('fetch a known model, or an ONNX file, into the store; goes on where it stopped')
    .argument('<model or address>', 'name from `models list --known`, or an http(s) address')
    .option(...named)
    .option('--sha256 <hex>', 'what the file at the address has to be')
    .option('--from <address>', 'fetch the files of a known model from this folder instead')
    .option(...json)
    .action((what: string, { id, sha256, from, json: asJson }) => act(modelsFetch(output, what, { id, sha256, from }, asJson === true)))
  models
    .command('verify')
    .description('read every byte of models and compare; exit 1 when one is not what is recorded')
    .argument('[model...]', 'names (all)')
    .option(...json)
    .action((ids: string[], options) => act(modelsVerify(output, ids, options.json === true)))
  models
    .command('remove')
    .description('remove models from the store; linked files stay where they are')
    .argument('<model...>', 'names')
    .option('--yes', 'do not ask')
    .option(...json)
    .action((ids: string[], options) => act(modelsRemove(output, ids, options.yes === true, options.json === true)))
  addTest(models, output, act)
  addBench(models, output, act)
}

function addTest(models: Command, output: Output, act: Act): void {
  models
    .command('test')
    .description('run a model once in a process of its own: inputs, outputs and times')
    .argument('<model>', 'name in the store, or an ONNX file')
    .option('--picture <file>', 'run it on this picture (zeros)')
    .option('--provider <name>', 'cpu, cuda, tensorrt, webgpu, dml or coreml; may be repeated, tried in this order (cpu)', collect, [])
    .option('--threads <number>', 'of one operation on the CPU', fromOne, 1)
    .option('--repeats <number>', 'runs after the first', wholeNumber, 3)
    .option('--timeout <seconds>', 'the process is ended then', fromOne, 300)
    .option(...json)
    .action((model: string, { picture, provider, threads, repeats, timeout, json: asJson }) => {
      const providers = provider.length === 0 ? ['cpu'] : provider
      return act(modelsTest(output, model, { picture, providers, threads, repeats, timeoutSeconds: timeout }, asJson === true))
    })
}

function addBench(models: Command, output: Output, act: Act): void {
  models
    .command('bench')
    .description('measure a model of the store on a provider: first and second start, and time of a run; kept, and shown by `models list`')
    .argument('<model>', 'name in the store')
    .option('--provider <name>', 'cpu, cuda, tensorrt, webgpu, dml or coreml; no other is used', 'cpu')
    .option('--threads <number>', 'of one operation on the CPU', fromOne, 1)
    .option('--repeats <number>', 'runs whose median is told', fromOne, 10)
    .option('--timeout <seconds>', 'each process is ended then', fromOne, 300)
    .option(...json)
    .action((model: string, { provider, threads, repeats, timeout, json: asJson }) =>
      act(modelsBench(output, model, { provider, threads, repeats, timeoutSeconds: timeout }, asJson === true)),
    )
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

function fromOne(text: string): number {
  const value = wholeNumber(text)
  if (value < 1) throw new InvalidArgumentError('It has to be at least 1.')
  return value
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value]
}
