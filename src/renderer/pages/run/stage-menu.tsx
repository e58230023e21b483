// What can be begun from a stage of a run that rests: the same again, or the same with changes as a new run.
import { RotateCcw } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { RunRecord } from '#core/run/run'
import { useRetryRun } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { Button } from '../../ui/button.tsx'

export function StageMenu({ stage, record }: { readonly stage: string; readonly record: RunRecord }) {
  const retry = useRetryRun()
  const item = 'flex h-8 items-center rounded px-2.5 outline-none data-[highlighted]:bg-raise'
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button
          kind="bare"
          size="icon"
          aria-label={`Again from ${stage}`}
          title={retry.error?.message ?? 'Again from here'}
          data-testid={`again-${stage}`}
        >
          <RotateCcw size={14} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          className="appear z-50 min-w-[270px] rounded-md border border-line2 bg-panel p-1 shadow-xl shadow-black/30"
        >
          <DropdownMenu.Item className={item} onSelect={() => retry.mutate({ runId: record.id, stage })} data-testid={`retry-${stage}`}>
            Retry from here, in this run
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} asChild>
            <a href={hashFromRoute({ page: 'new', scene: record.config.scene, from: record.id, stage })}>
              Run again from here with changes…
            </a>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
