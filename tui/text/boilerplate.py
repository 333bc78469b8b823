"""What a web page leaves around an article: comment forms, sharing buttons, teasers, legal lines.

Only what a known phrase gives away is marked, because a paragraph marked wrongly may hide a span.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final, Literal, TypeAlias

RULE: Final = 1
"""The version of the rule: a rule that marks other paragraphs of any text has another one."""

Phrase: TypeAlias = Literal["form", "teasers", "notice"]
"""What a phrase begins: a comment form or legal line, a list of other articles, or nothing but itself."""

_LONGEST_PHRASE = 300
"""Code points: a paragraph that is longer than this says more than a phrase."""

_SHORTEST_PROSE = 60
"""Code points: what is shorter is a headline, a caption or a button."""

_FEWEST_WORDS = 8
"""Prose has more words than this, counted at spaces."""

_WEIGHTS: Mapping[Phrase, float] = {"form": -12.0, "teasers": -2.0, "notice": -1.0}
"""What a phrase weighs: the article has to go on at length behind a form, for a sentence behind a notice."""

_PAGE_WEIGHT = -0.5
"""What a headline, a caption or a list line weighs."""

_SENTENCE_ENDS = (".", "!", "?", "…", "。", "\uff01", "\uff1f", "؟", "۔", "।")
"""What prose ends with."""

_CLOSERS = "\"'”’»)]」』* "
"""What may stand behind the end of a sentence."""

_EDGES = " \t\xa0*:.…!?«»‹›<>→←–—-|#·•()[]\"'“”„’"
"""What may stand around a phrase that is a whole paragraph."""

_FORM_STARTS = (
    "leave a reply", "leave a comment", "your email address will not be published",
    "required fields are marked", "you must be logged in to post a comment", "this site uses akismet",
    "save my name, email, and website", "all rights reserved", "copyright ©", "© copyright", "copyright (c)",
    "kommentar hinterlassen", "schreibe einen kommentar", "schreiben sie einen kommentar",
    "deine e-mail-adresse wird nicht veröffentlicht", "ihre e-mail-adresse wird nicht veröffentlicht",
    "erforderliche felder sind", "alle rechte vorbehalten",
    "laisser un commentaire", "votre adresse e-mail ne sera pas publiée",
    "votre adresse de messagerie ne sera pas publiée", "les champs obligatoires sont", "tous droits réservés",
    "deja una respuesta", "deja un comentario", "tu dirección de correo electrónico no será publicada",
    "los campos obligatorios están", "todos los derechos reservados",
    "deixe um comentário", "deixe uma resposta", "o seu endereço de e-mail não será publicado",
    "o seu endereço de email não será publicado", "campos obrigatórios são", "todos os direitos reservados",
    "lascia un commento", "il tuo indirizzo email non sarà pubblicato", "i campi obbligatori sono",
    "tutti i diritti riservati",
    "geef een reactie", "laat een reactie achter", "het e-mailadres wordt niet gepubliceerd",
    "je e-mailadres wordt niet gepubliceerd", "vereiste velden zijn", "alle rechten voorbehouden",
    "dodaj komentarz", "twój adres e-mail nie zostanie opublikowany", "wymagane pola są",
    "wszelkie prawa zastrzeżone", "wszystkie prawa zastrzeżone",
    "добавить комментарий", "оставить комментарий", "ваш адрес email не будет опубликован",
    "обязательные поля помечены", "все права защищены",
    "залишити відповідь", "залишити коментар", "ваша e-mail адреса не оприлюднюватиметься",
    "обов’язкові поля позначені", "усі права захищені", "всі права захищено",
    "اترك تعليقاً", "اترك تعليقا", "اترك رد", "لن يتم نشر عنوان بريدك الإلكتروني", "جميع الحقوق محفوظة",
)  # fmt: skip
"""Beginnings, casefolded, of comment forms and legal lines: nothing of the article comes after them."""

_NOTICE_STARTS = (
    "sign up for our", "sign up to our", "subscribe to our", "follow us on", "share this article",
    "share this story", "share this post", "share on facebook", "share on twitter", "share on x",
    "read more:", "read also:", "related articles:", "click to share on", "we use cookies",
    "this website uses cookies", "this site uses cookies", "by clicking “accept", "download our app",
    "story continues below",
    "article continues below", "article continues after",
    "melden sie sich für unseren newsletter", "abonnieren sie unseren newsletter", "folgen sie uns auf",
    "lesen sie auch:", "mehr zum thema:", "diese website verwendet cookies", "wir verwenden cookies",
    "inscrivez-vous à notre newsletter", "abonnez-vous à notre", "suivez-nous sur", "partager sur facebook",
    "lire aussi", "à lire aussi", "nous utilisons des cookies", "ce site utilise des cookies",
    "suscríbete a nuestr", "suscríbase a nuestr", "síguenos en", "lea también:", "lee también:",
    "compartir en facebook", "utilizamos cookies", "este sitio utiliza cookies",
    "assine nossa newsletter", "siga-nos no", "leia também:", "leia mais:", "compartilhe no facebook",
    "iscriviti alla nostra newsletter", "seguici su", "leggi anche:", "condividi su facebook",
    "questo sito utilizza i cookie", "schrijf je in voor onze nieuwsbrief", "volg ons op", "lees ook:",
    "zapisz się do naszego newslettera", "czytaj też:", "czytaj także:", "zobacz też:",
    "подписывайтесь на наш", "подпишитесь на наш", "читайте также:", "підписуйтесь на наш",
    "читайте також:", "تابعونا على", "تابعنا على", "اقرأ أيضاً", "اقرأ أيضا", "اشترك في نشرتنا",
)  # fmt: skip
"""Beginnings, casefolded, of notices that stand behind an article or inside it."""

_TEASERS = frozenset((
    "related", "related articles", "related posts", "related stories", "related news", "related topics",
    "read next", "you may also like", "you might also like", "recommended for you", "more from this author",
    "mehr zum thema", "lesen sie auch", "articles similaires", "articles liés",
    "artículos relacionados", "noticias relacionadas", "leia também", "artigos relacionados",
    "notícias relacionadas", "leggi anche", "articoli correlati", "lees ook", "gerelateerde artikelen",
    "czytaj też", "powiązane artykuły", "читайте также", "похожие статьи", "читайте також", "схожі статті",
    "مقالات ذات صلة", "مواضيع ذات صلة",
))  # fmt: skip
"""Headings, casefolded, of lists of other articles."""

_NOTICES = frozenset((
    "share", "share this", "like this",
    "read more",
    "advertisement", "advertisements",
    "sponsored content", "subscribe", "subscribe now", "newsletter", "sign up", "sign up now", "follow us",
    "post comment", "post a comment", "no comments", "cookie policy", "cookie settings", "manage cookies",
    "accept cookies", "accept all cookies", "privacy policy", "terms of use", "terms of service",
    "terms and conditions", "privacy policy and terms of use", "skip to content", "back to top", "loading",
    "anzeige", "werbung", "teilen", "weiterlesen", "newsletter abonnieren",
    "datenschutzerklärung", "impressum", "nutzungsbedingungen", "keine kommentare",
    "publicité", "partager", "lire la suite",
    "politique de confidentialité", "mentions légales", "s'abonner", "s’abonner",
    "publicidad", "compartir", "leer más", "suscríbete",
    "política de privacidad", "política de cookies", "publicidade", "compartilhar", "compartilhe",
    "leia mais", "política de privacidade", "assine",
    "pubblicità", "condividi", "leggi tutto", "iscriviti",
    "advertentie", "delen", "lees meer", "privacybeleid",
    "reklama", "udostępnij", "czytaj więcej", "polityka prywatności",
    "реклама", "поделиться", "читать далее", "подписаться",
    "политика конфиденциальности", "поділитися", "читати далі", "підписатися",
    "إعلان", "إعلانات", "شارك", "اقرأ المزيد", "سياسة الخصوصية",
))  # fmt: skip
"""Notices, casefolded, that are boilerplate where they are the whole paragraph."""

_RIGHTS = ("all rights reserved", "alle rechte vorbehalten", "tous droits réservés", "все права защищены",
    "todos los derechos reservados", "todos os direitos reservados", "tutti i diritti riservati")  # fmt: skip
"""What a legal line ends with, casefolded."""

_TELLING: Final = 4
"""So many code points tell most paragraphs from every phrase; no phrase is shorter."""

_FIRST: Final = frozenset(
    [phrase[:_TELLING] for phrase in (*_FORM_STARTS, *_NOTICE_STARTS, *_TEASERS, *_NOTICES)]
)
"""What phrases begin with."""

_LAST: Final = frozenset([phrase[-_TELLING:] for phrase in _RIGHTS])
"""What legal lines end with."""


def find_boilerplate(text: str, paragraphs: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Find the indices of the paragraphs, `[start, end)` in code points, that are web boilerplate.

    A phrase marks its own paragraph. The article's body is the run of paragraphs whose weights have the
    greatest sum (prose counts for it, everything else against it); behind it, a comment form or legal line
    marks all that follows, and a heading of teasers all that is not prose. Nothing before the body or inside
    it is marked for its looks, and an article is never marked as a whole.
    """
    phrases = {
        index: phrase
        for index, (start, end) in enumerate(paragraphs)
        if end - start <= _LONGEST_PHRASE and (phrase := _find_phrase(text[start:end]))
    }
    if not phrases:
        return frozenset()
    weights = [
        _WEIGHTS[phrases[index]] if index in phrases else _weigh_paragraph(text[start:end])
        for index, (start, end) in enumerate(paragraphs)
    ]
    marked = set(phrases)
    behind = _find_end_of_best_run(weights)
    if behind:
        tail = [(index, phrase) for index, phrase in phrases.items() if index >= behind]
        form = next((index for index, phrase in tail if phrase == "form"), len(paragraphs))
        teasers = next((index for index, phrase in tail if phrase == "teasers"), form)
        marked.update(range(form, len(paragraphs)))
        marked.update(index for index in range(teasers, form) if weights[index] < 0)
    return frozenset(marked) if len(marked) < len(paragraphs) else frozenset()


def _find_phrase(paragraph: str) -> Phrase | None:
    """Find the phrase that gives a paragraph away."""
    bare = paragraph.strip(_EDGES)
    first, last = bare[:_TELLING].casefold(), bare[-_TELLING:].casefold()
    if first[:_TELLING] not in _FIRST and last[-_TELLING:] not in _LAST:
        return None
    folded = bare.casefold()
    if folded.startswith(_FORM_STARTS) or folded.endswith(_RIGHTS):
        return "form"
    if folded in _TEASERS:
        return "teasers"
    return "notice" if folded in _NOTICES or folded.startswith(_NOTICE_STARTS) else None


def _weigh_paragraph(paragraph: str) -> float:
    """Weigh a paragraph without a phrase: 1 to 2 for prose, by its words, else a little less than nothing."""
    if len(paragraph) < _SHORTEST_PROSE or not paragraph.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS):
        return _PAGE_WEIGHT
    words = paragraph.split(maxsplit=40)[:40]
    # Menus and lists of titles capitalise their words; prose does so in few, also in German.
    capitalised = sum([word[0].isupper() for word in words])
    # Scripts without spaces have few words and no capitals.
    if capitalised * 2 > len(words) or (capitalised and len(words) < _FEWEST_WORDS):
        return _PAGE_WEIGHT
    return max(len(words) / 20, 1.0)


def _find_end_of_best_run(weights: Sequence[float]) -> int:
    """Find one past the last index of the run with the greatest sum (Kadane); 0 where none is positive."""
    sums = accumulate(weights, lambda best, weight: max(best, 0.0) + weight)
    # Among equal runs the last one leaves the least behind it to be marked.
    highest, index = max((best, index) for index, best in enumerate(sums))
    return index + 1 if highest > 0 else 0
