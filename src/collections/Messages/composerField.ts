import {
  BlockquoteFeature,
  BoldFeature,
  FixedToolbarFeature,
  InlineCodeFeature,
  InlineToolbarFeature,
  ItalicFeature,
  LinkFeature,
  lexicalEditor,
  OrderedListFeature,
  ParagraphFeature,
  StrikethroughFeature,
  UnderlineFeature,
  UnorderedListFeature,
} from '@payloadcms/richtext-lexical'
import type { Field } from 'payload'
import { isAgent, nobody } from '../access/role.js'

/**
 * The anchor of the composer's editor: never stored (a message keeps `source`, `html` and `text`), and limited to
 * what every mail client shows.
 */
export const composerField: Field = {
  name: 'body',
  type: 'richText',
  virtual: true,
  // Payload makes virtual fields read-only, and the composer's editor with them.
  admin: { hidden: true, readOnly: false },
  access: { read: isAgent, create: nobody, update: nobody },
  editor: lexicalEditor({
    admin: {
      hideGutter: true,
      hideInsertParagraphAtEnd: true,
      hideAddBlockButton: true,
      hideDraggableBlockElement: true,
    },
    features: [
      ParagraphFeature(),
      BoldFeature(),
      ItalicFeature(),
      UnderlineFeature(),
      StrikethroughFeature(),
      InlineCodeFeature(),
      LinkFeature({ enabledCollections: [], disableAutoLinks: true }),
      OrderedListFeature(),
      UnorderedListFeature(),
      BlockquoteFeature(),
      FixedToolbarFeature(),
      InlineToolbarFeature(),
    ],
  }),
}
