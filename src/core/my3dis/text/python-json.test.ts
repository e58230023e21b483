// Tests of Python's JSON: golden texts, floats beside Python itself where it is there, and the words only Python writes.

import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePythonJson, pythonFloat, pythonFloatText, pythonJson, pythonJsonStyles } from './python-json.ts'

const python = ['/usr/bin/python3', 'python3'].find((program) => spawnSync(program, ['--version']).status === 0)
const ask = (code: string, input: string) => spawnSync(python!, ['-c', code], { input, encoding: 'utf8', maxBuffer: 1 << 26 }).stdout

const sample = {
  name: '報告/"é"\n\u007f\u0001',
  ratio: pythonFloat(1),
  small: 1e-5,
  count: 3,
  nothing: null,
  gone: undefined,
  empty: [],
  none: {},
  list: [1, pythonFloat(0.3), true],
  objects: new Map([
    ['10', { shape: [1, 2] }],
    ['2', { shape: [] }],
  ]),
}

describe('writing', () => {
  it('puts a blank after comma and colon in one line, and keeps the order of a Map', () => {
    expect(pythonJson(sample, pythonJsonStyles.entry)).toBe(
      '{"name": "報告/\\"é\\"\\n\u007f\\u0001", "ratio": 1.0, "small": 1e-05, "count": 3, "nothing": null, "empty": [], "none": {}, ' +
        '"list": [1, 0.3, true], "objects": {"10": {"shape": [1, 2]}, "2": {"shape": []}}}',
    )
  })

  it('indents by two and escapes all that is not printable ASCII in run files', () => {
    expect(pythonJson(sample, pythonJsonStyles.run)).toBe(
      [
        '{',
        '  "name": "\\u5831\\u544a/\\"\\u00e9\\"\\n\\u007f\\u0001",',
        '  "ratio": 1.0,',
        '  "small": 1e-05,',
        '  "count": 3,',
        '  "nothing": null,',
        '  "empty": [],',
        '  "none": {},',
        '  "list": [',
        '    1,',
        '    0.3,',
        '    true',
        '  ],',
        '  "objects": {',
        '    "10": {',
        '      "shape": [',
        '        1,',
        '        2',
        '      ]',
        '    },',
        '    "2": {',
        '      "shape": []',
        '    }',
        '  }',
        '}',
      ].join('\n'),
    )
    expect(pythonJson(sample, pythonJsonStyles.relation)).toContain('"name": "報告/')
    expect(pythonJson('𝄞', pythonJsonStyles.run)).toBe('"\\ud834\\udd1e"')
  })

  it('writes floats as repr and whole numbers as ints', () => {
    const floats = [
      1,
      0.1,
      1e-4,
      1e-5,
      1.5e-7,
      1e15,
      1e16,
      123456789012345680,
      1e22,
      0,
      -0,
      -2.5,
      5e-324,
      1.7976931348623157e308,
      Number.NaN,
      -Infinity,
    ]
    expect(floats.map(pythonFloatText)).toEqual(
      (
        '1.0 0.1 0.0001 1e-05 1.5e-07 1000000000000000.0 1e+16 1.2345678901234568e+17 1e+22 0.0 -0.0 -2.5 5e-324 ' +
        '1.7976931348623157e+308 NaN -Infinity'
      ).split(' '),
    )
    expect(pythonJson([7, -0, 0.5, 1e21, 12345678901234567890n], pythonJsonStyles.entry)).toBe(
      '[7, -0.0, 0.5, 1000000000000000000000, 12345678901234567890]',
    )
  })

  it.skipIf(!python)('agrees with Python on 4,000 floats and on its own text [needs python3]', () => {
    const floats = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 4000, seed: 5 })
    const bytes = Buffer.from(Float64Array.from(floats).buffer).toString('base64')
    const code =
      'import base64,struct,sys\nb=base64.b64decode(sys.stdin.read())\nprint("\\n".join(map(repr,struct.unpack("<%dd"%(len(b)//8),b))))'
    expect(floats.map(pythonFloatText)).toEqual(ask(code, bytes).trimEnd().split('\n'))
    const again = (style: string) => `import json,sys\nsys.stdout.write(json.dumps(json.loads(sys.stdin.buffer.read()), ${style}))`
    expect(ask(again('indent=2'), pythonJson(sample, pythonJsonStyles.relation))).toBe(pythonJson(sample, pythonJsonStyles.run))
    const line = pythonJson(sample, pythonJsonStyles.entry)
    expect(ask(again('ensure_ascii=True'), line)).toBe(pythonJson(sample, { ascii: true }))
  })
})

describe('reading', () => {
  it('takes the words that are no JSON, and leaves them alone inside of strings', () => {
    const read = parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity, -1], "c": "NaN \\" Infinity\\\\", "d": 1e-05}')
    expect(read).toEqual({ a: Number.NaN, b: [Infinity, -Infinity, -1], c: 'NaN " Infinity\\', d: 1e-5 })
  })

  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, ascii) => {
        const text = pythonJson(Array.isArray(value) ? value : [JSON.stringify(value)], { ascii, indent: 2 })
        expect(parsePythonJson(text)).toEqual(JSON.parse(text))
      }),
    )
    expect(parsePythonJson(pythonJson([Number.NaN, pythonFloat(2)], pythonJsonStyles.run))).toEqual([Number.NaN, 2])
  })

  it('refuses cut text, bare words of others and words in a wrong place', () => {
    for (const text of ['', '{"a": 1', '{"a": nan}', '{NaN: 1}', '[1 NaN]', '"NaN', '[-NaN]', '{"a": "b\\"}'])
      expect(() => parsePythonJson(text)).toThrow(SyntaxError)
  })
})
