import type { Payload } from 'payload'

/** Makes the page /support as an editor would, with the portal's block, where it is missing. */
export const seedPages = async (payload: Payload): Promise<void> => {
  const slug = 'support'
  const { totalDocs } = await payload.count({
    collection: 'pages',
    where: { slug: { equals: slug } },
    overrideAccess: true,
  })
  if (totalDocs) return
  await payload.create({
    collection: 'pages',
    data: { title: 'How can we help?', slug, layout: [{ blockType: 'helpdeskPortal' }] },
    overrideAccess: true,
    depth: 0,
  })
}
