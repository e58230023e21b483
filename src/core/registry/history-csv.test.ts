import { describe, expect, it } from 'vitest'
import { csvFromFields, recordsFromCsv } from './csv.ts'
import {
  csvFromHistory,
  type HistoryRow,
  historyFromCsv,
  launchesFromCsv,
  launchesFromTsv,
  legacyKindOf,
  timeFromText,
  timestampText,
} from './history-csv.ts'

const row: HistoryRow = {
  timestamp: '2025-10-21T18:23:49+08:00',
  scene: 'scene_00010_00',
  experimentName: 'v7_135',
  configPath: 'configs/a.yaml',
  dataPath: '/d/color',
  outputRoot: '/o',
  runDir: '/o/v7/scene_00010_00',
  levels: [2, 4, 6],
  ssamFreq: 4,
  framesTotal: 120,
  framesSelected: 30,
  framesSsam: 8,
  parentExperiment: '',
  experimentRoot: '',
  sceneOutputRoot: '/o/v7',
  sceneIndex: undefined,
}

describe('comma-separated values', () => {
  it('come back as they were, with quotes, commas, line ends and blanks in them', () => {
    const fields = ['', 'a', 'b,c', 'say "no"', 'two\nlines', 'cr\r\nlf', ' blank ', '"', ',', 'é漢😀']
    const text = `${csvFromFields(fields)}\r\n${csvFromFields(['next', '"'])}`
    const { records, bad } = recordsFromCsv(text)
    expect(bad).toEqual([])
    expect(records).toEqual([
      { line: 1, fields },
      { line: 4, fields: ['next', '"'] },
    ])
  })

  it('lose one line to a quote in the wrong place, not the rest of the file', () => {
    const { records, bad } = recordsFromCsv('a,b\n1,"2\n3,"4" x\n5,6\n7,"8\n9,10\n')
    expect(records.map(({ line, fields }) => [line, ...fields])).toEqual([
      [1, 'a', 'b'],
      [4, '5', '6'],
      [6, '9', '10'],
    ])
    expect(bad.map(({ line }) => line)).toEqual([2, 3, 5])
  })

  it('pass over a byte order mark and empty lines, and end without a line end', () => {
    expect(recordsFromCsv('\uFEFFa,b\r\n\r\n\nc,').records).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 4, fields: ['c', ''] },
    ])
    expect(recordsFromCsv('').records).toEqual([])
  })
})

describe('workflow_history.csv', () => {
  it('is written byte for byte as My3DIS does', () => {
    expect(csvFromHistory([row])).toBe(
      'timestamp,scene,experiment_name,config_path,data_path,output_root,run_dir,levels,ssam_freq,frames_total,frames_selected,frames_ssam,' +
        'parent_experiment,experiment_root,scene_output_root,scene_index\r\n' +
        '2025-10-21T18:23:49+08:00,scene_00010_00,v7_135,configs/a.yaml,/d/color,/o,/o/v7/scene_00010_00,"2,4,6",4,120,30,8,,,/o/v7,\r\n',
    )
  })

  it('comes back as it was, hostile names included', () => {
    const hostile = { ...row, experimentName: '=1+1,"x"\n', scene: "'; DROP", levels: [2], sceneIndex: 0 }
    const { rows, bad } = historyFromCsv(csvFromHistory([row, hostile]))
    expect(bad).toEqual([])
    expect(rows.map((one) => one.row)).toEqual([row, { ...hostile, experimentName: '=1+1,"x"' }])
  })

  it('is read with fewer columns in another order, a second header in the middle, and levels as a Python list', () => {
    const text = 'run_dir,timestamp,levels\n/a,2025-10-21T18:23:49,"[2, 4]"\nrun_dir,timestamp,levels\n/b,2025-10-22 18:23:49,\n'
    expect(historyFromCsv(text).rows.map(({ line, row: one }) => [line, one.runDir, one.levels, one.framesTotal])).toEqual([
      [2, '/a', [2, 4], undefined],
      [4, '/b', [], undefined],
    ])
  })

  it('names the number and the reason of each bad line, and reads the others', () => {
    const text =
      'timestamp,run_dir,frames_total\nnever,/a,1\n2025-10-21T18:23:49,,1\n2025-10-21T18:23:49,/b,many\n2025-10-21T18:23:49,/c,"1\n2025-10-21T18:23:49,/d,1\n'
    const { rows, bad } = historyFromCsv(text)
    expect(rows.map((one) => one.row.runDir)).toEqual(['/d'])
    expect(bad).toEqual([
      { line: 2, reason: '"never" is no time' },
      { line: 3, reason: 'run_dir is empty' },
      { line: 4, reason: 'frames_total is "many", not a whole number' },
      { line: 5, reason: 'a quote is opened and never closed' },
    ])
    expect(historyFromCsv('a,b\n1,2\n').bad).toEqual([{ line: 1, reason: 'the header has no timestamp and no run_dir' }])
  })
})

describe('run_pid_map', () => {
  it('is read in both kinds, with quoted commands in one and bare shell text in the other', () => {
    expect(
      launchesFromCsv('timestamp,pid,stdout_target,command,config\n2025-10-21T18:20:00+08:00,7,/l,"a ""b"", c",x.yaml\n').rows[0]?.row,
    ).toEqual({
      timestamp: '2025-10-21T18:20:00+08:00',
      pid: 7,
      stdoutTarget: '/l',
      command: 'a "b", c',
      config: 'x.yaml',
    })
    const { rows, bad } = launchesFromTsv('2025-10-21 18:20:00+0800\t7\t/l\trun "a, b\n2025-10-21 18:20:00+0800\tx\t/l\trun\n')
    expect(rows[0]?.row).toMatchObject({ pid: 7, command: 'run "a, b' })
    expect(bad).toEqual([{ line: 2, reason: 'pid is "x", not a whole number' }])
  })

  it('is told apart from a history and from anything else by its first line', () => {
    expect(legacyKindOf('\uFEFFtimestamp,scene,run_dir\n')).toBe('history')
    expect(legacyKindOf('timestamp,pid,command\r\n')).toBe('launches-csv')
    expect(legacyKindOf('2025-10-21 18:20:00+0800\t7\t/l\trun')).toBe('launches-tsv')
    expect(legacyKindOf('name\tvalue')).toBeUndefined()
    expect(legacyKindOf('')).toBeUndefined()
  })
})

describe('times', () => {
  it('are written with the offset of the place and read in every form My3DIS uses', () => {
    const at = Date.UTC(2025, 9, 21, 10, 23, 49)
    expect(timestampText(at, 480)).toBe('2025-10-21T18:23:49+08:00')
    expect(timestampText(at, -570)).toBe('2025-10-21T00:53:49-09:30')
    expect(timestampText(at, 0)).toBe('2025-10-21T10:23:49+00:00')
    for (const text of ['2025-10-21T18:23:49+08:00', '2025-10-21 18:23:49+0800', '2025-10-21T10:23:49.000000+00:00'])
      expect(timeFromText(text)).toBe(at)
  })
})
