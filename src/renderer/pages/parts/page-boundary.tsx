// A page that breaks shows why in its own place; bars, keys and other pages live on.
import { Component, type ReactNode } from 'react'
import { reasonOfError } from '#core/base/fault'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'

type Props = { readonly children: ReactNode }

// React has no hook that catches what a child throws while drawing, so this is a class.
export class PageBoundary extends Component<Props, { readonly reason: string | undefined }> {
  override readonly state = { reason: undefined }

  static getDerivedStateFromError(error: unknown): { reason: string } {
    return { reason: reasonOfError(error) }
  }

  override render(): ReactNode {
    const { reason } = this.state
    if (reason === undefined) return this.props.children
    return (
      <div className="p-6">
        <FaultCard fault={{ code: 'UNEXPECTED', params: { reason } }}>
          <Button size="s" onClick={() => this.setState({ reason: undefined })}>
            Draw the page again
          </Button>
        </FaultCard>
      </div>
    )
  }
}
