// Something that takes a while and ends with a file: its progress, a way to stop it, what was written and what went wrong.
import { useEffect, useRef, useState } from 'react'
import { faultFromCall } from '#api/client'
import type { Fault } from '#core/base/fault'
import { saveFile } from '../../frame/export/save-file.ts'

type TaskStep = { readonly done: number; readonly of: number }
export type Task = (onProgress: (done: number, of: number) => void, signal: AbortSignal) => Promise<Blob>

/** A task that still goes when the component is gone is stopped. */
export function useTask() {
  const going = useRef<AbortController>(undefined)
  const [step, setStep] = useState<TaskStep>()
  const [fault, setFault] = useState<Fault>()
  const [written, setWritten] = useState<{ readonly name: string; readonly bytes: number }>()
  useEffect(() => () => going.current?.abort(), [])
  const start = (task: Task, name: string, of: number) => {
    going.current?.abort()
    const abort = new AbortController()
    going.current = abort
    setFault(undefined)
    setWritten(undefined)
    setStep({ done: 0, of })
    task((done, total) => abort.signal.aborted || setStep({ done, of: total }), abort.signal)
      .then(
        (file) => {
          if (abort.signal.aborted) return
          saveFile(file, name)
          setWritten({ name, bytes: file.size })
        },
        (error: unknown) => abort.signal.aborted || setFault(faultFromCall(error)),
      )
      .finally(() => going.current === abort && setStep(undefined))
  }
  return { start, stop: () => going.current?.abort(), step, fault, written }
}
