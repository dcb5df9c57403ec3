declare module 's3rver' {
  import type { AddressInfo } from 'node:net';

  /** A server that speaks as S3 does, on a folder. */
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
