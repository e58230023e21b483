// Copies the address of this very view: run, frame, stage and selection.
import { Check, Link2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { hashFromRoute } from '../../state/route.ts'
import { useServices } from '../../state/services.tsx'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import type { Browse } from './use-browse.ts'

export function CopyLink({ browse }: { readonly browse: Browse }) {
  const { view } = useServices()
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()
  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), 2000)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = () => {
    const { route } = view.getState()
    if (route.page !== 'browse') return
    // What was left to the default is named: it may be another one where the link is opened.
    const frameIndex = browse.position === undefined ? undefined : browse.run.frameIndices[browse.position]
    const hash = hashFromRoute({ ...route, view: { ...route.view, frameIndex, stage: browse.stage } })
    const address = new URL(hash, window.location.href).href
    copyText(address).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    )
  }
  const words =
    outcome === 'copied'
      ? 'The link is copied'
      : outcome === 'refused'
        ? 'The browser refused; copy the address of the page'
        : 'Copy a link to this view'
  return (
    <>
      <Button kind="bare" size="icon" data-testid="copy-link" aria-label="Copy a link to this view" title={words} onClick={copy}>
        {outcome === 'copied' ? <Check size={14} aria-hidden className="text-ok" /> : <Link2 size={14} aria-hidden />}
      </Button>
      <span role="status" className={outcome === 'refused' ? 'text-warn' : 'sr-only'}>
        {outcome === undefined ? '' : words}
      </span>
    </>
  )
}
