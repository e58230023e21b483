export function BrowsePage({ runId }: { readonly runId: string }) {
  return <p>{runId}</p>
}
