// One line above the page while the engine does not answer, or is of another build; what is on screen stays.
import { Unplug } from 'lucide-react'
import { sentenceOfFault } from '#core/base/fault'
import { useHost, useLinkState } from '../../host/host.tsx'
import { useHello } from '../../state/queries.ts'
import { useNow } from '../../state/use-now.ts'
import { Button } from '../../ui/button.tsx'

export function ConnectionBanner() {
  const state = useLinkState()
  if (state.phase === 'cut') return <CutBanner nextTryAt={state.nextTryAt} />
  return <BuildBanner />
}

function CutBanner({ nextTryAt }: { readonly nextTryAt: number | undefined }) {
  const { link } = useHost()
  const now = useNow(250)
  const seconds = nextTryAt === undefined ? 0 : Math.max(0, Math.ceil((nextTryAt - now) / 1000))
  const { title, remedy } = sentenceOfFault({ code: 'HOST_UNREACHABLE', params: {} })
  return (
    <Banner testId="connection-banner">
      <Unplug size={14} className="shrink-0 text-bad" aria-hidden />
      <b className="font-medium">{title}.</b>
      <span className="truncate text-mut">{remedy}</span>
      <span className="flex-1" />
      <span className="whitespace-nowrap text-mut" aria-live="off">
        {nextTryAt === undefined ? 'Trying now…' : `Next try in ${seconds} s`}
      </span>
      <Button size="s" disabled={nextTryAt === undefined} onClick={() => link.retryNow()}>
        Try now
      </Button>
    </Banner>
  )
}

function BuildBanner() {
  const engine = useHello().data?.buildId
  const page = document.querySelector<HTMLMetaElement>('meta[name="build-id"]')?.content ?? ''
  if (!engine || !page || engine === page) return null
  const { title, message, remedy } = sentenceOfFault({ code: 'BUILD_MISMATCH', params: { page, engine } })
  return (
    <Banner testId="build-banner">
      <b className="font-medium">{title}.</b>
      <span className="truncate text-mut">
        {message} {remedy}
      </span>
      <span className="flex-1" />
      <Button size="s" onClick={() => location.reload()}>
        Reload
      </Button>
    </Banner>
  )
}

function Banner({ testId, children }: { readonly testId: string; readonly children: React.ReactNode }) {
  return (
    <div
      role="alert"
      data-testid={testId}
      className="row-start-2 flex h-9 items-center gap-2.5 border-b border-line bg-[color-mix(in_srgb,var(--bad)_14%,var(--panel))] px-3"
    >
      {children}
    </div>
  )
}
