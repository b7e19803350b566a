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

/**
 * The anchor of the composer's editor: never stored (a message keeps `source`, `html` and `text`), and limited to
 * what every mail client shows.
 */
export const composerField: Field = {
  name: 'body',
  type: 'richText',
  virtual: true,
  admin: { hidden: true },
  access: { read: () => true, create: () => false, update: () => false },
  editor: lexicalEditor({
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
