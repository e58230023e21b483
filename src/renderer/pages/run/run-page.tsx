export function RunPage({ runId }: { readonly runId: string }) { return <p data-testid='run-state'>{runId}</p> }
