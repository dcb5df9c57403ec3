/**
 * @generated SignedSource<<54a6c70a854a623c7ccb4d8aa8c3a064>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ReaderFragment } from 'relay-runtime';
import type { FragmentRefs } from "relay-runtime";
export type thread_row$data = {
  readonly id: string;
  readonly seq: number;
  readonly text: string | null | undefined;
  readonly " $fragmentType": "thread_row";
};
export type thread_row$key = {
  readonly " $data"?: thread_row$data;
  readonly " $fragmentSpreads": FragmentRefs<"thread_row">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "thread_row",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "id",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "seq",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "text",
      "storageKey": null
    }
  ],
  "type": "Message",
  "abstractKey": null
};

(node as any).hash = "23505878a9fca3dda1cbf6a37979d870";

export default node;
