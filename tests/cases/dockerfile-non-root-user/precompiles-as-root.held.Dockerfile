FROM ruby:3.3-slim
WORKDIR /rails
COPY . .
RUN bundle exec rails assets:precompile
CMD ["bundle", "exec", "puma"]
