import { Body } from '@react-email/body'
import { Button } from '@react-email/button'
import { Container } from '@react-email/container'
import { Head } from '@react-email/head'
import { Hr } from '@react-email/hr'
import { Html } from '@react-email/html'
import { Link } from '@react-email/link'
import { Section } from '@react-email/section'
import { Text } from '@react-email/text'
import { type CSSProperties, Fragment, type ReactNode } from 'react'
import { isRightToLeft } from '../../rules/notifications.js'
import type { Block, Span } from '../../rules/template.js'
import { styled } from './styled.js'

export type LayoutArgs = {
  blocks: Block[]
  /** Of an agent's answer: sanitised when it was written. */
  reply: { html: string; text: string } | null
  signature: string
  /** Where the ticket can be seen; '' where nowhere. */
  url: string
  /** The words of the button that leads there. */
  view: string
  language: string
  /** The line that carries the reply key. */
  foot: string
}

// Greys and blues that can be read on white and on black: mail programs choose which it is.
const font = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Helvetica, Arial, sans-serif"
const text = { fontSize: '15px', lineHeight: '1.5', margin: '0 0 14px' }
const quiet = { fontSize: '13px', lineHeight: '1.5', margin: '18px 0 0', color: '#73777f' }

const direction = (language: string): 'rtl' | 'ltr' => (isRightToLeft(language) ? 'rtl' : 'ltr')

const foot = (language: string): CSSProperties => ({
  margin: 0,
  fontSize: '11px',
  color: '#73777f',
  textAlign: isRightToLeft(language) ? 'right' : 'left',
})

const lines = (words: string): ReactNode =>
  words.split('\n').map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      {line}
    </Fragment>
  ))

const words = (spans: readonly Span[]): ReactNode =>
  spans.map(({ text: said, isLink }, index) => (
    <Fragment key={index}>
      {isLink ? (
        <Link href={said} style={{ color: '#2563eb' }}>
          {said}
        </Link>
      ) : (
        lines(said)
      )}
    </Fragment>
  ))

const piece = ({ reply, signature, url, view }: LayoutArgs, block: Block): ReactNode => {
  switch (block.kind) {
    case 'text':
      return <Text style={text}>{words(block.spans)}</Text>
    case 'reply':
      return (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the verb made it of the editor's own document
        reply && <div dir="auto" dangerouslySetInnerHTML={{ __html: styled(reply.html) }} />
      )
    case 'signature':
      return (
        <Text dir="auto" style={{ ...text, margin: '22px 0 0' }}>
          {lines(signature.trim())}
        </Text>
      )
    case 'url':
      // An answer is a letter from a person: there the way to the ticket is a line below it.
      return reply ? (
        <Text style={quiet}>
          <Link href={url} style={{ color: '#73777f', textDecoration: 'underline' }}>
            {view}
          </Link>
        </Text>
      ) : (
        <Section style={{ margin: '20px 0' }}>
          <Button
            href={url}
            style={{
              backgroundColor: '#1d4ed8',
              borderRadius: '6px',
              color: '#ffffff',
              fontSize: '15px',
              fontWeight: 600,
              padding: '11px 18px',
            }}
          >
            {view}
          </Button>
        </Section>
      )
  }
}

/** A mail as mail programs show it: one column, each element with its own style. */
export const Layout = (args: LayoutArgs) => (
  <Html lang={args.language} dir={direction(args.language)}>
    <Head>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
    </Head>
    {/* Webmail keeps neither the html element nor what stands at it. */}
    <Body dir={direction(args.language)} style={{ margin: 0, padding: 0, fontFamily: font }}>
      <Container
        dir={direction(args.language)}
        style={{
          direction: direction(args.language),
          textAlign: isRightToLeft(args.language) ? 'right' : 'left',
          maxWidth: args.reply ? '100%' : '560px',
          margin: args.reply ? '0' : '0 auto',
          padding: args.reply ? 0 : '8px 0',
        }}
      >
        {args.blocks.map((block, index) => (
          <Fragment key={index}>{piece(args, block)}</Fragment>
        ))}
        {args.foot && <Hr style={{ margin: '26px 0 8px', border: 0, borderTop: '1px solid #a3a8b0' }} />}
        {args.foot && (
          <Text dir="ltr" style={foot(args.language)}>
            {args.foot}
          </Text>
        )}
      </Container>
    </Body>
  </Html>
)
