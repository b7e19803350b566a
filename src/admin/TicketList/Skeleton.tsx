/** The shape of a list that is being read. */
export const Skeleton = ({ label }: { label: string }) => (
  <div className="hd-skeleton" role="status">
    <span className="hd-hidden">{label}</span>
    {Array.from({ length: 7 }, (_, index) => (
      <div key={index} className="hd-skeleton__row" aria-hidden="true">
        <span style={{ inlineSize: `${48 - (index % 3) * 8}%` }} />
        <span style={{ inlineSize: `${82 - (index % 4) * 9}%` }} />
        <span style={{ inlineSize: `${92 - (index % 2) * 14}%` }} />
      </div>
    ))}
  </div>
)
