/** The address by which clients reach the server. */
export type PublicAddress = { publicUrl: () => string; listensAt: (origin: string) => void };

/** Creates the address that clients use: PUBLIC_URL, or else the one the server listens on, once it is known. */
export function createPublicAddress(publicUrl: string | undefined): PublicAddress {
  let address = publicUrl;
  return {
    publicUrl: () => {
      if (address === undefined) throw new Error('The server has no address yet: it is not listening.');
      return address;
    },
    listensAt: (origin) => {
      address ??= origin;
    },
  };
}
