const THREAD = /^([\w.-]+\/[\w.-]+)#(\d+)$/;

/** Where people asked this: public threads, each with its address where it has one. */
export function Sources({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return null;
  return (
    <section className="sources" aria-label="Where people asked this">
      <h3>Where people asked this</h3>
      <ul className="threads">
        {of.map((source) => {
          const thread = THREAD.exec(source);
          return (
            <li key={source}>
              {thread ? (
                <a
                  href={`https://github.com/${thread[1]}/issues/${thread[2]}`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {source}
                </a>
              ) : (
                source
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
