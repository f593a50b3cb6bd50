import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../schema.graphqls',
  documents: 'example/main.ts',
  importExtension: '.js',
  generates: {
    'example/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          Date: 'string', DateTime: 'string', Decimal: 'string',
          StoredData: 'unknown', XapiStatementJSON: 'Record<string, unknown>',
        },
      },
    },
  },
};

export default config;
