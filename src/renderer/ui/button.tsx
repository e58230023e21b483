// Buttons: primary for the one next step, quiet for the rest, icon-sized where the name is a tooltip.
import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from './class-names.ts'

const look = cva(
  'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md border text-[12.5px] select-none disabled:opacity-45 transition-colors duration-100',
  {
    variants: {
      kind: {
        quiet: 'border-line2 bg-raise text-txt enabled:hover:border-dim',
        primary: 'border-acc bg-acc text-on-acc font-semibold enabled:hover:brightness-105',
        bare: 'border-transparent bg-transparent text-mut enabled:hover:text-txt enabled:hover:bg-raise',
        danger: 'border-line2 bg-raise text-bad enabled:hover:border-bad',
      },
      size: { m: 'h-[28px] px-3', s: 'h-6 px-2 text-sm', icon: 'h-6 w-6 p-0', l: 'h-9 px-4 text-base' },
    },
    defaultVariants: { kind: 'quiet', size: 'm' },
  },
)

export type ButtonLook = VariantProps<typeof look>

export function Button({ kind, size, className, type = 'button', ...rest }: ComponentProps<'button'> & ButtonLook) {
  return <button type={type} data-kind={kind} className={cn(look({ kind, size }), className)} {...rest} />
}

export function LinkButton({ kind, size, className, ...rest }: ComponentProps<'a'> & ButtonLook) {
  return <a className={cn(look({ kind, size }), className)} {...rest} />
}
