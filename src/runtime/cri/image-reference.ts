/** A parsed image reference with Docker's defaults filled in. */
export interface ImageReference {
  /** `docker.io/library/busybox`. */
  readonly repository: string;
  /** `latest` when neither tag nor digest is given. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The whole, normalised: `docker.io/library/busybox:1.37`. */
  readonly full: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,}))?$`,
);

/** Undefined for what is no reference. Models github.com/distribution/reference ParseNormalizedNamed. */
export function parseImageReference(image: string): ImageReference | undefined {
  if (image !== last.image) last = { image, reference: parse(image) };
  return last.reference;
}

/** Who asks for an image asks for it several times. */
let last: { readonly image: string; readonly reference: ImageReference | undefined } = {
  image: '',
  reference: undefined,
};

function parse(image: string): ImageReference | undefined {
  const match = REFERENCE.exec(image);
  const name = match?.[1];
  if (!match || name === undefined) return undefined;
  const repository = withDefaultDomain(name);
  const digest = match[3];
  const tag = match[2] ?? (digest === undefined ? 'latest' : undefined);
  const full = `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return { repository, tag, digest, full };
}

function withDefaultDomain(name: string): string {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (isDomain) return name;
  return slash < 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
}
