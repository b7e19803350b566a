// The portal of the README in the running site: a stranger asks there, is mailed a link, and answers by it.
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { applyStep, readBlock } from './readme.mjs'
import { step } from './shell.mjs'

const stranger = 'alan@example.test'

/** Adds the page that the README shows. */
export const addPortal = ({ root, site }) =>
  step('README: the page of the portal', () => {
    applyStep(site, readBlock(join(root, 'README.md'), "## The customers' side"))
  })

/** The fields of the form that posts there, as the page has filled them. */
const fieldsOf = (html, action) => {
  const form = html.split('<form').find((part) => part.includes(`action="${action}"`))
  if (!form) throw new Error(`The page has no form that posts to ${action}:\n${html.slice(0, 4000)}`)
  const hidden = form.split('</form>')[0].matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)
  return Object.fromEntries([...hidden].map(([, name, value]) => [name, value.replaceAll('&amp;', '&')]))
}

const read = async (url) => {
  const response = await fetch(url)
  const html = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${html.slice(0, 2000)}`)
  return html
}

/** Fills a form of a page and sends it as a browser without scripts does. Returns the page it leads to. */
const send = async ({ url, page, path, values }) => {
  const action = `/api/helpdesk/portal${path}`
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...fieldsOf(await read(page), action), ...values }))
    form.append(name, value)
  const response = await fetch(`${url}${action}`, {
    method: 'POST',
    headers: { origin: url },
    body: form,
    redirect: 'manual',
  })
  if (response.status !== 303)
    throw new Error(`${path} answered ${response.status}: ${(await response.text()).slice(0, 2000)}`)
  return read(new URL(response.headers.get('location'), url))
}

const expectText = (html, ...texts) => {
  for (const text of texts)
    if (!html.includes(text)) throw new Error(`The page does not say "${text}":\n${html}`)
}

export const tryPortal = async ({ url, mail, call }) => {
  const { number } = await step('A stranger asks on the page of the portal', async () => {
    const html = await send({
      url,
      page: `${url}/support`,
      path: '/requests',
      values: { email: stranger, name: 'Alan', subject: 'Does it halt?', message: 'I cannot tell.' },
    })
    expectText(html, 'We have received your request')
    const { docs } = await call('GET', '/tickets?where[subject][equals]=Does it halt?&depth=0')
    if (docs.length !== 1) throw new Error(`There are ${docs.length} such tickets.`)
    return { number: docs[0].number }
  })
  await step('The link that they are mailed opens the request, and takes an answer', async () => {
    const { raw } = await mail.waitFor(stranger, () => true, 60_000)
    const { text = '' } = await simpleParser(raw)
    const link = /https?:\/\/\S+?\/support\?guest=[\w.-]+/.exec(text)
    if (!link) throw new Error(`The mail holds no link:\n${text}`)
    expectText(await read(link[0]), 'Does it halt?', 'I cannot tell.')
    const html = await send({
      url,
      page: link[0],
      path: `/tickets/${number}/reply`,
      values: { message: 'It did, after all.' },
    })
    expectText(html, 'Your reply was sent.', 'It did, after all.')
  })
}
