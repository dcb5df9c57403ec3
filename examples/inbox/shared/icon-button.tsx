import type { ReactNode } from 'react';

type IconButtonProps = {
  label: string;
  /** The key that does the same. */
  shortcut?: string;
  onClick: () => void;
  children: ReactNode;
  className?: string;
  pressed?: boolean;
};

/** A button without text, named for those who do not see it, and on hover. */
export function IconButton({ label, shortcut, onClick, children, className = '', pressed }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      aria-pressed={pressed}
      title={shortcut ? `${label} (${shortcut.toUpperCase()})` : label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
