import type { Person } from '../story.js'

/** Customers who write more than once, or of whom the team knows more than an address. */
export const customers = {
  jo: { name: 'Jo Marsh', address: 'jo@customer.test', phone: '+44 20 7946 0112', locale: 'en' },
  ada: {
    name: 'Adaeze Nwosu',
    address: 'adaeze@redrock-outfitters.example',
    company: 'Red Rock Outfitters',
    phone: '+1 928 555 0147',
    locale: 'en',
    notes: 'Buys for five shops. Pays on time. Prefers the phone before noon.',
  },
  wile: {
    name: 'Wendell Coyle',
    address: 'w.coyle@mesa-mail.example',
    phone: '+1 505 555 0190',
    locale: 'en',
    notes: 'Regular. Reads no instructions; send the video.',
  },
  brandt: {
    name: 'Ida Brandt',
    address: 'ida.brandt@brandt-tiefbau.example',
    company: 'Brandt Tiefbau GmbH',
    phone: '+49 511 555 0143',
    locale: 'de',
  },
  moreau: {
    name: 'Hélène Moreau',
    address: 'h.moreau@atelier-moreau.example',
    company: 'Atelier Moreau',
    phone: '+33 4 91 55 01 22',
    locale: 'fr',
  },
  tanaka: {
    name: '田中 美咲',
    address: 'misaki.tanaka@sabaku-shoji.example',
    company: '砂漠商事株式会社',
    locale: 'ja',
  },
  haddad: {
    name: 'ليلى حداد',
    address: 'layla@haddad-trading.example',
    company: 'Haddad Trading',
    phone: '+962 6 555 0134',
    locale: 'ar',
  },
  sharma: {
    name: 'प्रिया शर्मा',
    address: 'priya.sharma@thar-tours.example',
    company: 'Thar Tours',
    locale: 'hi',
  },
  nikos: { name: 'Νίκος Παπαδάκης', address: 'nikos@papadakis-marine.example', locale: 'el' },
  irina: {
    name: 'Ирина Волкова',
    address: 'irina.volkova@stepmash.example',
    company: 'Степмаш',
    locale: 'ru',
  },
  okonkwo: {
    name: 'Chidi Okonkwo',
    address: 'chidi@savannah-safaris.example',
    company: 'Savannah Safaris',
    phone: '+254 20 555 0176',
    locale: 'en',
    notes: 'Framework contract since spring: 12 % off magnets, free freight from 2 pallets.',
  },
  lopez: { name: 'Marta López', address: 'marta.lopez@correo.example', locale: 'es' },
  rossi: { name: 'Paolo Rossi', address: 'paolo.rossi@posta.example', locale: 'it' },
  devries: {
    name: 'Sanne de Vries',
    address: 'sanne@devries-events.example',
    company: 'De Vries Events',
    locale: 'nl',
  },
  finch: { name: 'Robin Finch', address: 'robin.finch@post.example', locale: 'en' },
  gupta: { name: 'Arun Gupta', address: 'arun@guptaandsons.example', company: 'Gupta & Sons', locale: 'en' },
  kerr: {
    name: 'Fiona Kerr',
    address: 'fiona.kerr@highland-rail.example',
    company: 'Highland Rail',
    locale: 'en',
  },
} satisfies Record<string, Person>

/** Somebody who writes once. */
export const person = (name: string, address: string, extra: Partial<Person> = {}): Person => ({
  name,
  address,
  ...extra,
})
