/** An image's name taken apart. Models distribution/reference's ParseNormalizedNamed. */
export interface ImageReference {
  /** `docker.io` where the name has no registry. */
  readonly domain: string;
  /** With `library/` for official images of docker.io. */
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
}

const HOST_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = `${PATH_PART}(?:/${PATH_PART})*`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(?:(${HOST})/)?(${PATH})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;
/** Longest name, without tag and digest. */
const NAME_LENGTH = 255;

/** Undefined if the text is no image name. */
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
  if (IDENTIFIER.test(image)) return undefined;
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const domain = isDomain ? first : 'docker.io';
  const rest = isDomain ? image.slice(slash + 1) : image;
  const name = domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  const match = REFERENCE.exec(`${domain}/${name}`);
  if (match === null) return undefined;
  const [, host = '', path = '', tag = '', digest = ''] = match;
  if (`${host}/${path}`.length > NAME_LENGTH) return undefined;
  return { domain: host, path, tag, digest };
}

/** The tag that decides the default pull policy: `latest` if there is neither tag nor digest. */
export function effectiveTag(image: string): string {
  const reference = parseImageReference(image);
  if (reference === undefined) return '';
  return reference.tag === '' && reference.digest === '' ? 'latest' : reference.tag;
}
