import type { UIFieldServerProps } from 'payload'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf } from '../../core/database.js'
import { tablesOf } from '../queries/tables.js'

type Address = { id: DocID; display: string; state: 'ok' | 'bouncing' | 'blocked' }

const readAddresses = async ({ req, data }: UIFieldServerProps): Promise<Address[]> => {
  const id = (data as { id?: DocID } | undefined)?.id
  if (id === undefined || id === null) return []
  // The form may be asked for with any id; whose contact it is not, is told nothing.
  const contact = await req.payload.findByID({
    collection: getHelpdesk(req.payload).slugs.contacts as never,
    id: id as never,
    depth: 0,
    overrideAccess: false,
    disableErrors: true,
    select: {},
    req,
  })
  if (!contact) return []
  const { rows } = await sqlOf(req).query<Address>(
    `select id, coalesce(nullif(display, ''), address) display, coalesce(state, 'ok') state
     from ${tablesOf(req.payload).contactAddresses} where contact_id = $1 order by created_at, id`,
    [id],
  )
  return rows
}

/** The email addresses of a contact, each with what keeps mail from it. They come with mail and tickets. */
export const ContactAddresses = async (props: UIFieldServerProps) => {
  const { t } = props.i18n as unknown as { t: (key: string) => string }
  const addresses = await readAddresses(props)
  return (
    <section className="field-type" aria-label={t('helpdesk:field:addresses')}>
      <div className="field-label">{t('helpdesk:field:addresses')}</div>
      {addresses.length ? (
        <ul style={{ margin: 0, paddingInlineStart: 0, listStyle: 'none' }}>
          {addresses.map(({ id, display, state }) => (
            <li key={String(id)}>
              <bdi>{display}</bdi>
              {state !== 'ok' && ` – ${t(`helpdesk:contactPanel:${state}`)}`}
            </li>
          ))}
        </ul>
      ) : (
        <div className="field-description">{t('helpdesk:contactPanel:noAddress')}</div>
      )}
    </section>
  )
}
