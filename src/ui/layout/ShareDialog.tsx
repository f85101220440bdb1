import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { newRun } from '../store/lab';
import { usePage } from '../store/store';
import { Dialog } from './Dialog';
import { clockText } from './format';

export default function ShareDialog() {
  const [link, setLink] = useState('');
  const [isLong, setLong] = useState(false);
  const [copied, setCopied] = useState(false);
  const t = usePage((state) => state.t);

  useEffect(() => {
    const { run, files, horizon, lessonId, t: at } = usePage.getState();
    void import('../link/link-codec').then(({ encodeLink, LONGEST_SAFE_LINK }) => {
      const shared = { version: 1 as const, run: run ?? newRun(), at, horizon, files };
      const hash = encodeLink(lessonId === undefined ? shared : { ...shared, lessonId });
      const address = `${location.origin}${location.pathname}${hash}`;
      setLink(address);
      setLong(address.length > LONGEST_SAFE_LINK);
    });
  }, []);

  const copy = async () => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <Dialog title="Share this lab">
      <p>
        The link holds the whole run: your files, everything that was done, and this moment (
        {clockText(t)}). Whoever opens it sees the same, byte for byte. Nothing is sent to a server.
      </p>
      <div className="row">
        <input
          className="field grow mono"
          readOnly
          value={link}
          aria-label="Link"
          onFocus={(event) => event.target.select()}
        />
        <button
          type="button"
          className="button primary"
          onClick={() => void copy()}
          disabled={!link}
        >
          {copied ? <Check size={14} /> : <Copy size={14} />}
          {copied ? 'Copied' : 'Copy'}
        </button>
      </div>
      <p role="status" className="soft">
        {isLong &&
          `The link is ${link.length.toLocaleString('en')} characters long, which some chats cut. Exporting your work as a file is safer.`}
      </p>
    </Dialog>
  );
}
