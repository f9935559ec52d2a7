"""Assessments become incidents, purely: `keys` finds what could be the same, `match` decides, `merge` folds, `changes` says what is news.

settings   every weight and threshold, by name
keys       what an incident is filed under, and what a mention looks up
nearness   how two places and two dates relate
likeness   how alike two tellings are, in named parts
veto       what forbids them to be one incident, whatever else agrees
match      one mention against its candidates: attach, open, or show as possible
ledger     tolls, places and dates out of many reports
standing   who claims, is accused, denies; whether it is contested
merge      an incident is the fold of its reports, in any order
changes    what people are told, once each
attach     the four steps in order, for the archive and for replay alike
replay     the same over a stream of documents, in memory
"""
