// The page docs/configuration.md, made of the same schema that checks every configuration.
import { presets } from '../run/run-config.ts'
import { ineffectiveVariables, my3disVariables } from './config-environment.ts'
import { type SettingPath, settingPaths } from './config-paths.ts'
import { my3disKeys } from './my3dis-keys.ts'

/** The whole page as Markdown, with a newline at its end. */
export function configurationPage(): string {
  return `${[
    opening,
    '## Settings of a run',
    settingTable(settingPaths.filter(({ ofRun }) => ofRun)),
    '## What is started',
    settingTable(settingPaths.filter(({ ofRun }) => !ofRun)),
    scenes,
    '## Presets',
    table(
      ['preset', 'what', 'sets'],
      presets.map(({ id, title, description, values }) => [code(id), `${title}: ${description}`, code(JSON.stringify(values))]),
    ),
    environment,
    table(['variable', 'here'], variableRows()),
    my3dis,
    table(['key', 'here'], keyRows()),
    sources,
  ].join('\n\n')}\n`
}

const opening = `# Configuration

One schema (\`core/run/run-config.ts\`, \`core/config/launch-settings.ts\`) makes the checks, the defaults, the form, the files and this page.
This page is written by \`node scripts/docs.mjs\`; a test fails when it is not what the schema says.

**Who wins.** Option > environment > \`.env\` > YAML > preset > default. Each setting is decided by itself: groups are merged, lists are replaced as a whole.
\`scenewright config show\` tells every value with its origin, and each run keeps the same in its record.

**Nothing is ignored in silence.** A key that does not exist is an error that names the nearest right one, in a file as in \`--set\`; a variable that does not
exist is a warning, because it may be meant for another program. A setting that changes nothing beside the others is a warning. An empty value sets nothing.

| command | what |
| --- | --- |
| \`scenewright run --config file.yaml\` | runs what the file says; every option of \`run\` is stronger |
| \`scenewright config show [options of run] [--json]\` | every setting with its value and origin |
| \`scenewright config check file.yaml [--json]\` | all that is wrong or without effect in a file, ours or of My3DIS; exit 1 when something is wrong |
| \`scenewright config export [options of run]\` | the settings as a file of ours |
| \`scenewright config import my3dis.yaml\` | a file of My3DIS as one of ours; a word on each key on stderr |

A file of ours; paths are relative to the working folder, whichever folder the file is in:

\`\`\`yaml
preset: quick
scenes: { root: data/multiscan, from: scene_00065_00, to: scene_00069_00 }
parallel: 2
output: runs/{name} # {name} stands for the name below
name: first look
levels: [1, 3, 5]
frames: { step: 20 }
stages:
  filter: { minArea: 100 }
\`\`\``

const scenes = `Several scenes are run when \`scenes\` says which (or \`--scenes all\`, \`--scenes a,b\`, \`--scenes from..to\`), or when only \`scenes.root\` and no \`scene\` is
set. All scenes of a folder are its folders named \`scene_*\`, or all its folders when none is named so, in the order of their names. A list keeps its
own order, a range that of the folder; both ends are included. Each name has to be there. Beside a selection \`scene\` has no effect, unless the folder
is given on the command line without \`--scenes\`. Each scene becomes a run of its own, named \`<name> <scene>\`; a scene that cannot start stops no other.`

const environment = `## Environment and .env

The variable of each setting stands in the tables above. Numbers and switches (true, yes, on, 1, false, no, off, 0) are read from their text, lists as \`2,4,6\`
or as JSON. An empty variable is not set. The file \`.env\` of the working folder holds lines \`NAME=value\`; \`export\` before a name, quotes around a value and
comments from \`#\` are allowed, and no variable is put into another. \`SCENEWRIGHT_OUTPUT\` is stronger than a
file, too, and also says where runs go that are started on the pages. \`SCENEWRIGHT_ON_OUTCOME\` names a program (no arguments, no shell) that is told of
each run that ended, once, by \`SCENEWRIGHT_RUN_ID\`, \`_RUN_NAME\`, \`_RUN_STATE\`, \`_RUN_FOLDER\` and \`_RUN_FAULT\`; \`SCENEWRIGHT_STATE\` moves the folder of the list
of runs. Variables of My3DIS count where ours is not set:`

const my3dis = `## Files of My3DIS

A YAML file with a group \`experiment\` is one of My3DIS and runs as it is. Where it says nothing and My3DIS does something else than we do, My3DIS's way is
the default (candidates on every selected frame, tracks without limit, areas as those of \`stages.ssam\`); only stability keeps our default. A key of its own that My3DIS does not know is a
warning with the nearest key it knows. Levels have to be a list. \`null\` means not set, except for stability, where it means no threshold.`

const sources =
  'Sources: src/core/run/run-config.ts, src/core/config/config-page.ts, src/core/config/config-layers.ts, src/core/config/config-environment.ts, src/core/config/scene-selection.ts, src/core/config/my3dis-keys.ts, src/core/config/my3dis-config.ts, src/headless/run-settings.ts'

/** Angle brackets would be read as HTML. */
const plain = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const code = (text: string) => `\`${text}\``

function settingTable(settings: readonly SettingPath[]): string {
  const rows = settings.map(({ path, description, title, unit, allowed, standard, variable }) => [
    code(path),
    plain(`${[title, description].filter((text) => text !== '').join(': ')}${unit === undefined ? '' : ` (${unit})`}`),
    plain(allowed),
    standard === undefined ? 'has to be set' : code(JSON.stringify(standard)),
    code(variable),
  ])
  return table(['setting', 'meaning', 'value', 'default', 'variable'], rows)
}

function variableRows(): string[][] {
  const taken = Object.entries(my3disVariables).map(([variable, path]) => [code(variable), code(path)])
  const idle = Object.entries(ineffectiveVariables).map(([variable, why]) => [code(variable), `no effect: ${why}`])
  return [...taken, ...idle]
}

/** What my3dis-config.ts makes of the keys that need others beside them. */
const joined: Readonly<Record<string, string>> = {
  'experiment.levels': '`levels`, unless `stages.ssam.levels` is set',
  'experiment.frames':
    '`frames`: start or from, end or to, step or freq or stride; `stages.ssam.frames` counts more, key by key; a text has no effect',
  'experiment.freq': '`frames.step`, when nothing else says it',
  'experiment.force_parallel': 'true: `limits.memoryPolicy` is warn',
  'stages.gpu': '`none`: `device` is cpu; a card has no effect, because the built-in backends compute on the processor',
  'stages.ssam.levels': '`levels`',
  'stages.ssam.frames': '`frames`',
  'stages.ssam.freq': '`frames.step`, when the frames do not say it',
  'stages.ssam.stability_threshold': '`stages.filter.stabilityThreshold`, unless the filter has its own',
  'stages.ssam.sam2_max_propagate': '`stages.tracker.maxPropagate`, unless the tracker has its own',
  'stages.filter.levels': 'no effect: all stages work on the levels of the run',
  'stages.filter.stability_threshold':
    '`stages.filter.stabilityThreshold`; 1 and null become 0, because the candidates of My3DIS all have the stability 1',
  'stages.tracker.levels': 'no effect: all stages work on the levels of the run',
  'stages.tracker.max_propagate': '`stages.tracker.maxPropagate`; null and 0 are without limit',
  'stages.tracker.sam2_max_propagate': '`stages.tracker.maxPropagate`',
}

function keyRows(): string[][] {
  return Object.entries(my3disKeys).map(([key, rule]) => {
    if (rule === 'joined') return [code(key), joined[key] ?? 'taken over']
    return [code(key), 'to' in rule ? code(rule.to) : plain(`no effect: ${rule.why}`)]
  })
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
