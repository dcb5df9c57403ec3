import { Dialog } from './dialog.js';

const KEYS: [string[], string][] = [
  [['j'], 'Next conversation'],
  [['k'], 'Previous conversation'],
  [['Enter'], 'Open it'],
  [['u'], 'Back to the list'],
  [['r'], 'Reply'],
  [['Alt', 'N'], 'Note instead of reply'],
  [['e'], 'Close, reopen or wake'],
  [['s'], 'Snooze'],
  [['a'], 'Assign'],
  [['m'], 'Assign to me'],
  [['t'], 'Transfer'],
  [['d'], 'Details'],
  [['/'], 'Search'],
  [['Esc'], 'Leave a field or dialog'],
  [['?'], 'These keys'],
];

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, words]) => (
          <div key={words}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
