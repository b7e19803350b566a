/** Turning while something is awaited; says so to screen readers. */
export const Spinner = ({ label }: { label: string }) => (
  <span className="hd-spinner" role="status">
    <span className="hd-spinner__wheel" aria-hidden="true" />
    <span className="hd-hidden">{label}</span>
  </span>
)
