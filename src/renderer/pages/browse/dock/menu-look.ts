// How the menus of the dock look.
export const menuPanel =
  'appear z-50 max-h-[76vh] min-w-[240px] overflow-y-auto rounded-md border border-line2 bg-panel p-1 shadow-xl shadow-black/30'
export const menuItem =
  'flex h-7 items-center gap-2 rounded px-2.5 text-sm outline-none data-[highlighted]:bg-raise data-[disabled]:opacity-45'
export const menuHeading = 'px-2.5 pt-2 pb-1 text-xs text-mut'
