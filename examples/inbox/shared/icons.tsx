import type { ReactNode } from 'react';

/** Drawn in the colour of the text around it, and never read out: what it stands for is said by its button. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

const drawn = (path: string) => () => (
  <Icon>
    <path d={path} />
  </Icon>
);

export const AllIcon = drawn('M4 13h4l2 3h4l2-3h4M5 6h14l2 7v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-5z');
export const MineIcon = drawn('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0');
export const UnassignedIcon = drawn('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 10-7M17 16v6M14 19h6');
export const SearchIcon = drawn('M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4');
export const BackIcon = drawn('M15 5l-7 7 7 7');
export const CheckIcon = drawn('M5 12.5l4.5 4.5L19 7.5');
export const ReopenIcon = drawn('M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5');
export const SnoozeIcon = drawn('M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 9v4l2.5 2.5M4 4l2.5-1.5M20 4l-2.5-1.5');
export const TransferIcon = drawn('M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4');
export const DetailsIcon = drawn('M4 5h16v14H4zM15 5v14');
export const AttachIcon = drawn(
  'M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5',
);
export const SendIcon = drawn('M4 12l16-8-6 16-3-6.5zM11 13.5L20 4');
export const CloseIcon = drawn('M6 6l12 12M18 6L6 18');
export const HelpIcon = drawn(
  'M9.2 9a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.2-1.5 2.3M12 17.3v.2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
);
export const FileIcon = drawn('M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM14 3v5h5');
export const OfflineIcon = drawn(
  'M3 3l18 18M8.5 16a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 5-2.7M19 12.5a10 10 0 0 0-3-2M12 20v.1',
);
export const ClockIcon = drawn('M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2');
export const EmptyIcon = drawn('M4 13h4l2 3h4l2-3h4M5 6h14l2 7v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-5z');
export const ChatIcon = drawn('M4 5h16v11H11l-4 4v-4H4z');
export const LockIcon = drawn('M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3');
export const AtIcon = drawn(
  'M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM15.5 8.5v4.8a2.4 2.4 0 0 0 4.8 0V12a8.3 8.3 0 1 0-3.3 6.6',
);
export const SignOutIcon = drawn('M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9');

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" className="logo-back" />
      <path d="M8 10h16v10H15l-4 4v-4H8z" fill="#fff" />
    </svg>
  );
}
