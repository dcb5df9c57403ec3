/** Hues that white letters can be read on; style/base.css has them. */
const HUES = 8;

function hueOf(id: string): number {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 9973;
  return hash % HUES;
}

function initialsOf(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .split(/\s+/)
    .filter(Boolean);
  const [first = '', last = ''] = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? '?'];
  return `${[...first][0] ?? '?'}${[...last][0] ?? ''}`.toUpperCase();
}

type AvatarProps = { id: string; name: string; size?: 'small' | 'large' };

/** Somebody's initials, in a colour that stays theirs. The name is written beside it. */
export function Avatar({ id, name, size }: AvatarProps) {
  return (
    <span className={`avatar hue-${hueOf(id)} ${size ?? ''}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
