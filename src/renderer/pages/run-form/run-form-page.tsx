export function RunFormPage({ initialScene }: { readonly initialScene: string }) {
  return <p>{initialScene}</p>
}
